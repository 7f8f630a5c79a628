using Microsoft.Data.Sqlite;

namespace McpMesh.AuditSink.Storage;

/// <summary>The store's table, and the way from its first form to this one.</summary>
internal static class AuditSchema
{
    /// <summary>An event takes about 2 KB: of a page of the usual 4 KiB half would stay empty.</summary>
    private const string Pragmas = "PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";

    /// <summary>Every index ends in the rowid, which is the sequence. Rows are never deleted, so it grows without AUTOINCREMENT.</summary>
    private const string Tables = """
        CREATE TABLE events (sequence INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, txn TEXT, time INTEGER NOT NULL, json BLOB NOT NULL);
        CREATE INDEX events_by_txn ON events (txn, time) WHERE txn IS NOT NULL;
        CREATE INDEX events_by_time ON events (time);
        PRAGMA user_version = 1;
        """;

    internal static void Prepare(SqliteConnection connection)
    {
        Execute(connection, Pragmas);
        using var transaction = connection.BeginTransaction();
        if (Number(connection, "PRAGMA user_version") == 0)
        {
            var isOld = Number(connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'events'") > 0;
            if (isOld) Execute(connection, "ALTER TABLE events RENAME TO old; DROP INDEX events_by_txn; DROP INDEX events_by_time;");
            Execute(connection, Tables);
            if (isOld) Move(connection);
        }
        transaction.Commit();
    }

    /// <summary>The first form kept every id as text.</summary>
    private static void Move(SqliteConnection connection)
    {
        connection.CreateFunction<string, object>("event_key", EventKey.Of, isDeterministic: true);
        Execute(connection, """
            INSERT INTO events (sequence, id, txn, time, json) SELECT sequence, event_key(id), txn, time, json FROM old ORDER BY sequence;
            DROP TABLE old;
            """);
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
