using Microsoft.Data.Sqlite;

namespace McpMesh.AuditSink.Storage;

/// <summary>Prepared statements of the writer: append a record unless its id is there.</summary>
internal sealed class AuditInsert : IDisposable
{
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _existing;

    internal AuditInsert(SqliteConnection connection)
    {
        _insert = connection.CreateCommand();
        _insert.CommandText = "INSERT INTO events (id, txn, time, json) VALUES ($id, $txn, $time, $json) ON CONFLICT (id) DO NOTHING";
        string[] names = ["$id", "$txn", "$time", "$json"];
        foreach (var name in names) _insert.Parameters.Add(new SqliteParameter { ParameterName = name });
        _existing = connection.CreateCommand();
        _existing.CommandText = "SELECT json FROM events WHERE id = $id";
        _existing.Parameters.Add(new SqliteParameter { ParameterName = "$id" });
    }

    internal AppendOutcome Run(AuditRecord record, SqliteTransaction transaction)
    {
        _insert.Transaction = transaction;
        _insert.Parameters[0].Value = record.Id;
        _insert.Parameters[1].Value = (object?)record.Transaction ?? DBNull.Value;
        _insert.Parameters[2].Value = record.Time.UtcTicks;
        _insert.Parameters[3].Value = record.Json;
        if (_insert.ExecuteNonQuery() == 1) return AppendOutcome.Appended;
        _existing.Transaction = transaction;
        _existing.Parameters[0].Value = record.Id;
        return record.Json.AsSpan().SequenceEqual((byte[])_existing.ExecuteScalar()!) ? AppendOutcome.Known : AppendOutcome.Conflict;
    }

    public void Dispose()
    {
        _insert.Dispose();
        _existing.Dispose();
    }
}
