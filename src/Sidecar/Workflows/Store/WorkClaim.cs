using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>What a sidecar takes in hand at once.</summary>
internal static class WorkClaim
{
    /// <summary>
    /// Takes nothing for a sidecar that has left, or that others took for dead, since it decided to: nobody looks after what is in such a
    /// hand, so that it would stay there for ever if the process died with it.
    /// </summary>
    public static (List<InstanceLease> Turns, List<ActivityLease> Activities) Run(
        SqliteSession session, string app, long owner, long now, int turns, int activities) =>
        SidecarTable.IsIn(session, owner)
            ? (LeaseTable.Claim(session, app, owner, now, turns), ActivityTable.Claim(session, app, owner, activities))
            : ([], []);
}
