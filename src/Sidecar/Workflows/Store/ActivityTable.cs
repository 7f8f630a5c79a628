using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>Activities that are to run or run. A row leaves with the activity's result.</summary>
internal static class ActivityTable
{
    public static void Add(SqliteSession session, string app, long instance, long generation, int task, byte[] request) =>
        session.Prepare("""
            INSERT INTO workflow_activities (app, instance, generation, task, request, owner, fence) VALUES (?1, ?2, ?3, ?4, ?5, 0, 0)
            """).Bind(1, app).Bind(2, instance).Bind(3, generation).Bind(4, (long)task).Bind(5, request).Run();

    public static List<ActivityLease> Claim(SqliteSession session, string app, long owner, int most)
    {
        var claimed = session.Prepare("""
            SELECT number, instance, generation, task, request, fence FROM workflow_activities
            WHERE app=?1 AND owner=0 ORDER BY number LIMIT ?2
            """).Bind(1, app).Bind(2, most).All(row => new ActivityLease(
                row.Int64(0), row.Int64(1), row.Int64(2), (int)row.Int64(3), row.Blob(4), owner, row.Int64(5) + 1));
        foreach (var activity in claimed)
        {
            session.Prepare("UPDATE workflow_activities SET owner=?2, fence=?3 WHERE number=?1")
                .Bind(1, activity.Number).Bind(2, owner).Bind(3, activity.Fence).Run();
        }

        return claimed;
    }

    /// <summary>Takes the activity off; false when it is no longer in this hand.</summary>
    public static bool Complete(SqliteSession session, ActivityLease lease)
    {
        session.Prepare("DELETE FROM workflow_activities WHERE number=?1 AND owner=?2 AND fence=?3")
            .Bind(1, lease.Number).Bind(2, lease.Owner).Bind(3, lease.Fence).Run();
        return session.Changes == 1;
    }

    public static void Release(SqliteSession session, ActivityLease lease) =>
        session.Prepare("UPDATE workflow_activities SET owner=0 WHERE number=?1 AND owner=?2 AND fence=?3")
            .Bind(1, lease.Number).Bind(2, lease.Owner).Bind(3, lease.Fence).Run();
}
