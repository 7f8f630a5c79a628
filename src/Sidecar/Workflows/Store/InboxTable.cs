using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>What has happened to an instance and was not yet part of a turn, in the order of arrival.</summary>
internal static class InboxTable
{
    // One turn takes no more, so that its size is bounded; what is left makes the next.
    private const int MostInATurn = 1000;

    public static void Add(SqliteSession session, long instance, StoredEvent e) =>
        session.Prepare("INSERT INTO workflow_inbox (instance, event, checksum) VALUES (?1, ?2, ?3)")
            .Bind(1, instance).Bind(2, e.Bytes).Bind(3, e.Checksum).Run();

    public static List<InboxItem> Read(SqliteSession session, long instance, int most = MostInATurn) =>
        session.Prepare("SELECT number, event, checksum FROM workflow_inbox WHERE instance=?1 ORDER BY number LIMIT ?2")
            .Bind(1, instance).Bind(2, most).All(static row => new InboxItem(row.Int64(0), new StoredEvent(row.Blob(1), row.Int64(2))));

    public static bool HasAny(SqliteSession session, long instance, long after = 0) =>
        session.Prepare("SELECT 1 FROM workflow_inbox WHERE instance=?1 AND number>?2 LIMIT 1").Bind(1, instance).Bind(2, after).Any();

    public static void DeleteUpTo(SqliteSession session, long instance, long last) =>
        session.Prepare("DELETE FROM workflow_inbox WHERE instance=?1 AND number<=?2").Bind(1, instance).Bind(2, last).Run();

    public static void Delete(SqliteSession session, long instance) => DeleteUpTo(session, instance, long.MaxValue);
}
