using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace McpMesh.AuditSink.Storage;

/// <summary>
/// Prepared statements of the writer: append a record unless its id is there. ADO.NET is left out here: it makes an object of every
/// value, and this runs for every record of the mesh.
/// </summary>
internal sealed class AuditInsert : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _insert;
    private readonly sqlite3_stmt _existing;

    internal AuditInsert(SqliteConnection connection)
    {
        _database = connection.Handle!;
        _insert = Prepare("INSERT INTO events (id, txn, time, json) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO NOTHING");
        _existing = Prepare("SELECT json FROM events WHERE id = ?1");
    }

    /// <exception cref="SqliteException">The store failed; nothing of the transaction may be committed.</exception>
    internal AppendOutcome Run(in AuditRecord record)
    {
        try
        {
            BindId(_insert, record.Id.Span);
            Check(record.Transaction.IsEmpty
                ? raw.sqlite3_bind_null(_insert, 2)
                : raw.sqlite3_bind_text(_insert, 2, record.Transaction.Span));
            Check(raw.sqlite3_bind_int64(_insert, 3, record.Time.UtcTicks));
            Check(raw.sqlite3_bind_blob(_insert, 4, record.Json.Span));
            Check(raw.sqlite3_step(_insert), raw.SQLITE_DONE);
        }
        finally
        {
            raw.sqlite3_reset(_insert);
        }
        return raw.sqlite3_changes(_database) == 1 ? AppendOutcome.Appended : Compare(record);
    }

    public void Dispose()
    {
        _insert.Dispose();
        _existing.Dispose();
    }

    private AppendOutcome Compare(in AuditRecord record)
    {
        try
        {
            BindId(_existing, record.Id.Span);
            Check(raw.sqlite3_step(_existing), raw.SQLITE_ROW);
            return raw.sqlite3_column_blob(_existing, 0).SequenceEqual(record.Json.Span) ? AppendOutcome.Known : AppendOutcome.Conflict;
        }
        finally
        {
            raw.sqlite3_reset(_existing);
        }
    }

    private void BindId(sqlite3_stmt statement, ReadOnlySpan<byte> id)
    {
        Span<byte> key = stackalloc byte[EventKey.UuidBytes];
        Check(EventKey.TryUuid(id, key) ? raw.sqlite3_bind_blob(statement, 1, key) : raw.sqlite3_bind_text(statement, 1, id));
    }

    private sqlite3_stmt Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_database, sql, out var statement));
        return statement;
    }

    private void Check(int code, int expected = raw.SQLITE_OK)
    {
        if (code == expected) return;
        SqliteException.ThrowExceptionForRC(code, _database);
        throw new SqliteException($"SQLite answered {code} where {expected} was expected.", code);
    }
}
