using Dapr.DurableTask.Protobuf;
using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>The rows of instances.</summary>
internal static class InstanceTable
{
    private const string Select = "SELECT " + InstanceRow.Columns + " FROM workflow_instances ";

    public static InstanceRow? Find(SqliteSession session, string app, string id) =>
        session.Prepare(Select + "WHERE app=?1 AND id=?2").Bind(1, app).Bind(2, id).First(InstanceRow.Read);

    public static InstanceRow? Find(SqliteSession session, long number) =>
        session.Prepare(Select + "WHERE number=?1").Bind(1, number).First(InstanceRow.Read);

    /// <summary>The children that this generation of an instance has made.</summary>
    public static List<InstanceRow> ChildrenOf(SqliteSession session, InstanceRow parent) =>
        session.Prepare(Select + "WHERE parent=?1 AND parent_generation=?2").Bind(1, parent.Number).Bind(2, parent.Generation)
            .All(InstanceRow.Read);

    /// <summary>Returns its number.</summary>
    public static long Insert(
        SqliteSession session, string app, string id, ExecutionStartedEvent started, ParentLink? parent, long ticks, long wake)
    {
        session.Prepare("""
            INSERT INTO workflow_instances (app, id, name, execution, status, generation, events, revision, created, updated,
                parent, parent_generation, parent_task, parent_app, parent_id, wake, owner, fence)
            VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, 0, ?6, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0, 0)
            """).Bind(1, app).Bind(2, id).Bind(3, started.Name).Bind(4, started.WorkflowInstance?.ExecutionId)
            .Bind(5, (long)OrchestrationStatus.Pending).Bind(6, ticks).Bind(7, parent?.Number).Bind(8, parent?.Generation)
            .Bind(9, (long?)parent?.TaskId).Bind(10, parent?.AppId).Bind(11, parent?.Id).Bind(12, wake)
            .Run();
        return session.LastRowId();
    }

    /// <summary>Makes the instance due. One whose start is planned for later waits for that, unless it is to end.</summary>
    public static void Wake(SqliteSession session, long number, long now, bool also = false) => session.Prepare("""
        UPDATE workflow_instances SET wake=MIN(COALESCE(wake, ?2), ?2) WHERE number=?1 AND (?4 OR status<>?3 OR wake IS NULL)
        """).Bind(1, number).Bind(2, now).Bind(3, (long)OrchestrationStatus.Pending).Bind(4, also ? 1L : 0L).Run();

    /// <summary>
    /// Workers have come or gone: stalled instances try again, because another worker may be able to go on, and so will those whose turn is
    /// under way. Returns how many have stalled.
    /// </summary>
    public static int WakeStalled(SqliteSession session, string app, long now)
    {
        WorkerTable.Count(session, app);
        session.Prepare("UPDATE workflow_instances SET wake=?2 WHERE app=?1 AND status=?3 AND wake IS NULL")
            .Bind(1, app).Bind(2, now).Bind(3, (long)OrchestrationStatus.Stalled).Run();
        return session.Changes;
    }

    /// <summary>Removes the instance and all that belongs to it.</summary>
    /// <param name="withActivities">False leaves those running whose result nobody waits for any more.</param>
    public static void Delete(SqliteSession session, long number, bool withActivities)
    {
        HistoryTable.Delete(session, number);
        InboxTable.Delete(session, number);
        TimerTable.Delete(session, number);
        if (withActivities) session.Prepare("DELETE FROM workflow_activities WHERE instance=?1").Bind(1, number).Run();
        session.Prepare("DELETE FROM workflow_instances WHERE number=?1").Bind(1, number).Run();
    }
}
