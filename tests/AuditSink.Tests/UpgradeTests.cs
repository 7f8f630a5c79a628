using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace McpMesh.AuditSink.Tests;

public sealed class UpgradeTests
{
    [Fact]
    public async Task Records_of_the_first_form_of_the_store_are_there_after_the_start_and_a_redelivery_doubles_none()
    {
        var folder = Directory.CreateTempSubdirectory("audit-sink-").FullName;
        var events = new[] { RunningSink.Event(second: 2), RunningSink.Event(second: 1), RunningSink.Event(second: 3, id: "no-uuid") };
        await WriteFirstFormAsync(folder, events);
        await using var sink = await RunningSink.StartAsync(folder, log: null);

        Assert.All(await sink.DeliverAsync(events), status => Assert.Equal("SUCCESS", status));

        Assert.Equal([events[1].Id, events[0].Id, events[2].Id], await sink.ReadAsync());
        Assert.Equal([events[2].Id], await sink.ReadAsync($"?after={events[0].Id}"));
        var first = await sink.Http.GetStringAsync(new Uri("/events/" + events[0].Id, UriKind.Relative));
        Assert.Equal(JsonSerializer.Serialize(events[0]), first);
    }

    private static async Task WriteFirstFormAsync(string folder, IEnumerable<McpMesh.Audit.AuditEvent> events)
    {
        McpMesh.Sqlite.SystemSqlite.Use();
        Directory.CreateDirectory(Path.Combine(folder, "audit"));
        await using var store = new SqliteConnection($"data source={Path.Combine(folder, "audit", "audit.db")};pooling=false");
        await store.OpenAsync();
        await using var command = store.CreateCommand();
        command.CommandText = """
            CREATE TABLE events (sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, txn TEXT, time INTEGER NOT NULL,
                json BLOB NOT NULL);
            CREATE INDEX events_by_txn ON events (txn, time, sequence) WHERE txn IS NOT NULL;
            CREATE INDEX events_by_time ON events (time, sequence);
            """;
        await command.ExecuteNonQueryAsync();
        foreach (var auditEvent in events)
        {
            command.CommandText = "INSERT INTO events (id, txn, time, json) VALUES ($id, $txn, $time, $json)";
            command.Parameters.Clear();
            command.Parameters.AddWithValue("$id", auditEvent.Id);
            command.Parameters.AddWithValue("$txn", auditEvent.Transaction);
            command.Parameters.AddWithValue("$time", auditEvent.Time.UtcTicks);
            command.Parameters.AddWithValue("$json", JsonSerializer.SerializeToUtf8Bytes(auditEvent));
            await command.ExecuteNonQueryAsync();
        }
    }
}
