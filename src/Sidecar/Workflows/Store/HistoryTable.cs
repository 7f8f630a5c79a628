using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>Histories: rows are only ever added, until a generation or an instance is left behind as a whole.</summary>
internal static class HistoryTable
{
    public static void Append(SqliteSession session, long instance, long first, IReadOnlyList<StoredEvent> events)
    {
        var insert = session.Prepare("INSERT INTO workflow_history (instance, seq, event, checksum) VALUES (?1, ?2, ?3, ?4)");
        foreach (var e in events)
            insert.Bind(1, instance).Bind(2, first++).Bind(3, e.Bytes).Bind(4, e.Checksum).Run();
    }

    /// <exception cref="HistoryCorruptException">A row is missing.</exception>
    public static List<StoredEvent> Read(SqliteSession session, long instance, long length)
    {
        var expected = 0L;
        var events = session.Prepare("SELECT seq, event, checksum FROM workflow_history WHERE instance=?1 ORDER BY seq").Bind(1, instance)
            .All(row => row.Int64(0) == expected++
                ? new StoredEvent(row.Blob(1), row.Int64(2))
                : throw new HistoryCorruptException($"history row {expected - 1}: is missing"));
        return expected == length
            ? events
            : throw new HistoryCorruptException($"history row {Math.Min(expected, length)}: there are {expected} rows instead of {length}");
    }

    /// <summary>One event; null where there is no such row.</summary>
    public static StoredEvent? Find(SqliteSession session, long instance, long seq) =>
        session.Prepare("SELECT event, checksum FROM workflow_history WHERE instance=?1 AND seq=?2").Bind(1, instance).Bind(2, seq)
            .First(static row => (StoredEvent?)new StoredEvent(row.Blob(0), row.Int64(1)));

    /// <summary>The first events, as many as are needed to find the start.</summary>
    public static List<StoredEvent> Head(SqliteSession session, long instance, int most) =>
        session.Prepare("SELECT event, checksum FROM workflow_history WHERE instance=?1 ORDER BY seq LIMIT ?2").Bind(1, instance)
            .Bind(2, most).All(static row => new StoredEvent(row.Blob(0), row.Int64(1)));

    public static void Delete(SqliteSession session, long instance) =>
        session.Prepare("DELETE FROM workflow_history WHERE instance=?1").Bind(1, instance).Run();
}
