using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.PubSub;

/// <summary>The broker's tables. Message ids grow in commit order, because SQLite has one writer at a time: a cursor misses none.</summary>
internal static class BrokerSchema
{
    /// <summary>Of messages that are batches, in the tens of kilobytes: each page more is a write and a read more.</summary>
    public const int PageSize = 16 * 1024;

    public const string Text = """
        CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, payload BLOB NOT NULL,
            content_type TEXT NOT NULL, raw INTEGER NOT NULL, expires INTEGER, published INTEGER NOT NULL, metadata TEXT);
        CREATE INDEX IF NOT EXISTS messages_topic ON messages (topic, id);
        CREATE TABLE IF NOT EXISTS consumers (consumer TEXT NOT NULL, topic TEXT NOT NULL, cursor INTEGER NOT NULL, seen INTEGER NOT NULL,
            PRIMARY KEY (consumer, topic)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS deliveries (consumer TEXT NOT NULL, message_id INTEGER NOT NULL, topic TEXT NOT NULL,
            owner TEXT NOT NULL, visible_at INTEGER NOT NULL, attempts INTEGER NOT NULL,
            PRIMARY KEY (consumer, message_id)) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (consumer, topic, visible_at);
        CREATE INDEX IF NOT EXISTS deliveries_message ON deliveries (message_id)
        """;

    /// <summary>Files of before messages had metadata. Other sidecars may open the file at the same moment: one of them does it.</summary>
    public static void Upgrade(SqliteSession session)
    {
        if (HasMetadata(session)) return;
        session.Execute("BEGIN IMMEDIATE");
        try
        {
            if (!HasMetadata(session)) session.Execute("ALTER TABLE messages ADD COLUMN metadata TEXT");
            session.Execute("COMMIT");
        }
        catch
        {
            session.Execute("ROLLBACK");
            throw;
        }
    }

    private static bool HasMetadata(SqliteSession session)
    {
        var column = session.Prepare("SELECT 1 FROM pragma_table_info('messages') WHERE name='metadata'");
        try
        {
            return column.Step();
        }
        finally
        {
            column.Reset();
        }
    }
}
