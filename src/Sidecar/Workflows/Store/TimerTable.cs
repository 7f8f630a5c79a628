using Google.Protobuf.WellKnownTypes;
using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>Timers that have not fired. A timer of the year 9999 never fires, so it has no row.</summary>
internal static class TimerTable
{
    // 9999-01-01: the SDKs write "without end" as the last second of that year, some of them with nanoseconds that no DateTime has.
    private const long Never = 253_370_764_800;

    public static void Add(SqliteSession session, long instance, int timer, Timestamp due, StoredEvent fired)
    {
        if (due.Seconds >= Never) return;
        session.Prepare("INSERT OR REPLACE INTO workflow_timers (instance, due, timer, event, checksum) VALUES (?1, ?2, ?3, ?4, ?5)")
            .Bind(1, instance).Bind(2, Milliseconds(due)).Bind(3, (long)timer).Bind(4, fired.Bytes).Bind(5, fired.Checksum).Run();
    }

    /// <summary>Never before the due time, which may be finer than a millisecond.</summary>
    public static long Milliseconds(Timestamp due) => due.Seconds * 1000 + (due.Nanos + 999_999) / 1_000_000;

    public static List<StoredEvent> Due(SqliteSession session, long instance, long now) =>
        session.Prepare("SELECT event, checksum FROM workflow_timers WHERE instance=?1 AND due<=?2 ORDER BY due, timer")
            .Bind(1, instance).Bind(2, now).All(static row => new StoredEvent(row.Blob(0), row.Int64(1)));

    public static long? Next(SqliteSession session, long instance) =>
        session.Prepare("SELECT MIN(due) FROM workflow_timers WHERE instance=?1").Bind(1, instance)
            .First(static row => row.NullableInt64(0));

    public static void DeleteDue(SqliteSession session, long instance, long now) =>
        session.Prepare("DELETE FROM workflow_timers WHERE instance=?1 AND due<=?2").Bind(1, instance).Bind(2, now).Run();

    public static void Delete(SqliteSession session, long instance) => DeleteDue(session, instance, long.MaxValue);
}
