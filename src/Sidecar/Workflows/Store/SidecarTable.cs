using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>
/// The sidecars that have workers, each with a beat. One whose beat stops loses all that it has in hand; its number is never used again, so
/// that it finds out if it was only slow.
/// </summary>
internal static class SidecarTable
{
    public static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(1);

    /// <summary>No beat for so long is taken for a death: a turn of the dead goes on elsewhere within 5 s.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(3);

    // A beat from the future: the clock was set back. It must not keep a dead sidecar alive for as long.
    private static readonly TimeSpan Horizon = TimeSpan.FromSeconds(60);

    public static long Register(SqliteSession session, string app, long now)
    {
        session.Prepare("INSERT INTO workflow_sidecars (app, beat) VALUES (?1, ?2)").Bind(1, app).Bind(2, now).Run();
        return session.LastRowId();
    }

    /// <summary>False when others have taken this one for dead.</summary>
    public static bool Beat(SqliteSession session, long number, long now)
    {
        session.Prepare("UPDATE workflow_sidecars SET beat=?2 WHERE number=?1").Bind(1, number).Bind(2, now).Run();
        return session.Changes == 1;
    }

    public static List<long> Dead(SqliteSession session, long now) =>
        session.Prepare("SELECT number FROM workflow_sidecars WHERE beat<?1 OR beat>?2")
            .Bind(1, now - (long)Lease.TotalMilliseconds).Bind(2, now + (long)Horizon.TotalMilliseconds).All(static row => row.Int64(0));

    public static bool IsIn(SqliteSession session, long number) =>
        session.Prepare("SELECT 1 FROM workflow_sidecars WHERE number=?1").Bind(1, number).Any();

    public static bool HasOthers(SqliteSession session, long number) =>
        session.Prepare("SELECT 1 FROM workflow_sidecars WHERE number<>?1 LIMIT 1").Bind(1, number).Any();

    /// <summary>Gives back all that a sidecar has in hand, and forgets it.</summary>
    public static void Remove(SqliteSession session, long number)
    {
        session.Prepare("UPDATE workflow_instances SET owner=0 WHERE owner=?1").Bind(1, number).Run();
        session.Prepare("UPDATE workflow_activities SET owner=0 WHERE owner=?1").Bind(1, number).Run();
        session.Prepare("DELETE FROM workflow_sidecars WHERE number=?1").Bind(1, number).Run();
    }
}
