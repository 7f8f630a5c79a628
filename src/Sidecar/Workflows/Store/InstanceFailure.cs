using Dapr.DurableTask.Protobuf;
using McpMesh.Sidecar.Storage;
using McpMesh.Sidecar.Workflows.Turns;

namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>Ends an instance whose rows cannot be used. What is left of its history stays readable.</summary>
internal static class InstanceFailure
{
    /// <exception cref="LeaseLostException">The lease no longer holds.</exception>
    public static void Run(SqliteSession session, InstanceLease lease, string reason, TurnContext context, long? retention)
    {
        LeaseTable.Check(session, lease);
        var row = lease.Row;
        var completed = context.NewEvent();
        completed.ExecutionCompleted = new ExecutionCompletedEvent
        {
            WorkflowStatus = OrchestrationStatus.Failed,
            FailureDetails = new TaskFailureDetails
            {
                ErrorType = HistoryCorruptException.ErrorType,
                ErrorMessage = reason,
                IsNonRetriable = true,
            },
        };
        var last = session.Prepare("SELECT COALESCE(MAX(seq), -1) FROM workflow_history WHERE instance=?1").Bind(1, row.Number)
            .First(static r => r.Int64(0));
        HistoryTable.Append(session, row.Number, last + 1, [StoredEvent.Of(completed)]);
        InboxTable.Delete(session, row.Number);
        TimerTable.Delete(session, row.Number);
        if (row.Parent is { } link && InstanceTable.Find(session, link.Number) is { IsFinished: false } parent
            && parent.Generation == link.Generation)
        {
            InboxTable.Add(session, parent.Number,
                StoredEvent.Of(CompletionRules.ForParent(link.TaskId, completed.ExecutionCompleted, context)));
            InstanceTable.Wake(session, parent.Number, context.Now.ToUnixTimeMilliseconds());
        }

        session.Prepare("""
            UPDATE workflow_instances SET status=?2, events=?3, revision=revision+1, updated=?4, completed=?4, wake=NULL, owner=0,
                expires=?5 WHERE number=?1
            """).Bind(1, row.Number).Bind(2, (long)OrchestrationStatus.Failed).Bind(3, last + 2).Bind(4, context.Now.UtcTicks)
            .Bind(5, retention is { } kept ? context.Now.ToUnixTimeMilliseconds() + kept : null).Run();
    }
}
