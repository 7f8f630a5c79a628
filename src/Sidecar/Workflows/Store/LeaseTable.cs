using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>Who has the turn of an instance in hand.</summary>
internal static class LeaseTable
{
    /// <summary>Takes instances of an app that are due, those that wait longest first.</summary>
    public static List<InstanceLease> Claim(SqliteSession session, string app, long owner, long now, int most)
    {
        var due = session.Prepare($"""
            SELECT {InstanceRow.Columns} FROM workflow_instances WHERE app=?1 AND owner=0 AND wake IS NOT NULL AND wake<=?2
            ORDER BY wake LIMIT ?3
            """).Bind(1, app).Bind(2, now).Bind(3, most).All(InstanceRow.Read);
        return due.ConvertAll(row => Take(session, row, owner));
    }

    /// <summary>Whether there is something to claim, and else when there will be.</summary>
    public static (bool HasTurns, bool HasActivities, long? NextWake) Peek(SqliteSession session, string app, long now)
    {
        var next = session.Prepare("SELECT MIN(wake) FROM workflow_instances WHERE app=?1 AND owner=0 AND wake IS NOT NULL")
            .Bind(1, app).First(static row => row.NullableInt64(0));
        var activities = session.Prepare("SELECT 1 FROM workflow_activities WHERE app=?1 AND owner=0 LIMIT 1").Bind(1, app).Any();
        return (next <= now, activities, next);
    }

    /// <exception cref="LeaseLostException">The lease no longer holds.</exception>
    public static void Check(SqliteSession session, InstanceLease lease)
    {
        if (!session.Prepare("SELECT 1 FROM workflow_instances WHERE number=?1 AND owner=?2 AND fence=?3")
                .Bind(1, lease.Number).Bind(2, lease.Owner).Bind(3, lease.Fence).Any())
        {
            throw new LeaseLostException($"workflow '{lease.Row.Id}'");
        }
    }

    /// <summary>Gives an instance back, to be taken again at <paramref name="wake"/>.</summary>
    public static void Release(SqliteSession session, InstanceLease lease, long wake) =>
        session.Prepare("UPDATE workflow_instances SET owner=0, wake=?4 WHERE number=?1 AND owner=?2 AND fence=?3")
            .Bind(1, lease.Number).Bind(2, lease.Owner).Bind(3, lease.Fence).Bind(4, wake).Run();

    private static InstanceLease Take(SqliteSession session, InstanceRow row, long owner)
    {
        session.Prepare("UPDATE workflow_instances SET owner=?2, fence=?3 WHERE number=?1")
            .Bind(1, row.Number).Bind(2, owner).Bind(3, row.Fence + 1).Run();
        return new InstanceLease(row, owner, row.Fence + 1);
    }
}
