using System.Net;
using System.Text.Json;
using McpMesh.Audit;
using Microsoft.Data.Sqlite;

namespace McpMesh.AuditSink.Tests;

public sealed class DeliveryTests : IAsyncLifetime
{
    private RunningSink _sink = null!;

    public async Task InitializeAsync() => _sink = await RunningSink.StartAsync();

    public async Task DisposeAsync() => await _sink.DisposeAsync();

    [Fact]
    public async Task A_batch_is_stored_in_order_and_acknowledged()
    {
        AuditEvent[] events = [RunningSink.Event(), RunningSink.Event(), RunningSink.Event()];

        Assert.Equal(["SUCCESS", "SUCCESS", "SUCCESS"], await _sink.DeliverAsync(events));

        Assert.Equal(events.Select(auditEvent => auditEvent.Id), await _sink.ReadAsync());
    }

    [Fact]
    public async Task A_redelivery_doubles_nothing_neither_across_batches_nor_within_one()
    {
        var (first, second) = (RunningSink.Event(), RunningSink.Event());
        await _sink.DeliverAsync(first);

        Assert.Equal(["SUCCESS", "SUCCESS", "SUCCESS"], await _sink.DeliverAsync(first, second, second));

        Assert.Equal([first.Id, second.Id], await _sink.ReadAsync());
    }

    [Fact]
    public async Task Another_event_under_a_known_id_is_dropped_and_the_first_stays()
    {
        var original = RunningSink.Event();
        await _sink.DeliverAsync(original);

        Assert.Equal(["DROP", "SUCCESS"], await _sink.DeliverAsync(original with { Subject = "somebody else" }, RunningSink.Event()));

        var kept = await _sink.Http.GetStringAsync(new Uri($"/events/{original.Id}", UriKind.Relative));
        Assert.Equal(JsonSerializer.Serialize(original), kept);
    }

    [Fact]
    public async Task What_is_no_audit_event_is_dropped_and_the_rest_of_the_batch_is_kept()
    {
        var good = RunningSink.Event();
        var deep = string.Concat(Enumerable.Repeat("[", 5_000)) + string.Concat(Enumerable.Repeat("]", 5_000));

        var statuses = await _sink.DeliverAsync(
        [
            "\"a text\"",
            "null",
            "{\"id\":\"no data\"}",
            "{\"data\":\"a text\"}",
            "{\"data\":{\"class_uid\":1}}",
            $"{{\"data\":{deep}}}",
            $"{{\"data\":{{\"filler\":\"{new string('x', 1024 * 1024)}\"}}}}",
            $"{{\"data\":{JsonSerializer.Serialize(good)}}}",
        ]);

        Assert.Equal(["DROP", "DROP", "DROP", "DROP", "DROP", "DROP", "DROP", "SUCCESS"], statuses);
        Assert.Equal([good.Id], await _sink.ReadAsync());
    }

    [Fact]
    public async Task A_store_that_fails_leaves_the_batch_with_the_broker()
    {
        await using (var saboteur = new SqliteConnection($"data source={Path.Combine(_sink.Folder, "audit", "audit.db")}"))
        {
            await saboteur.OpenAsync();
            await using var command = saboteur.CreateCommand();
            command.CommandText = "ALTER TABLE events RENAME TO elsewhere";
            await command.ExecuteNonQueryAsync();
        }

        Assert.Equal(["DROP", "RETRY"], await _sink.DeliverAsync(
            ["{}", $"{{\"data\":{JsonSerializer.Serialize(RunningSink.Event())}}}"]));
        using var health = await _sink.Http.GetAsync(new Uri("/health", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("wrong")]
    public async Task Only_the_sidecar_delivers(string? token)
    {
        using var response = await _sink.PostAsync([$"{{\"data\":{JsonSerializer.Serialize(RunningSink.Event())}}}"], token);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Empty(await _sink.ReadAsync());
    }

    [Fact]
    public async Task A_sink_without_an_app_token_takes_nothing_from_anybody()
    {
        await using var open = await RunningSink.StartAsync(("APP_API_TOKEN", ""));

        using var response = await open.PostAsync([], string.Empty);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task The_sidecar_is_told_to_deliver_in_bulk()
    {
        var subscriptions = await _sink.Http.GetStringAsync(new Uri("/dapr/subscribe", UriKind.Relative));

        using var document = JsonDocument.Parse(subscriptions);
        var subscription = Assert.Single(document.RootElement.EnumerateArray());
        Assert.Equal("audit-events", subscription.GetProperty("topic").GetString());
        Assert.True(subscription.GetProperty("bulkSubscribe").GetProperty("enabled").GetBoolean());
    }
}
