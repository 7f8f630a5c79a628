using Dapr.DurableTask.Protobuf;
using McpMesh.Grpc;
using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>Puts into an inbox what somebody outside wants an instance to know.</summary>
internal static class InstanceEvents
{
    /// <summary>An instance that has ended takes nothing any more, which is no error.</summary>
    /// <exception cref="GrpcException">There is no such instance, or it is stalled and takes no external events.</exception>
    public static bool Add(SqliteSession session, string app, string id, HistoryEvent e, DateTimeOffset now)
    {
        var instance = InstanceTable.Find(session, app, id)
            ?? throw new GrpcException(GrpcStatusCode.NotFound, "no such instance exists");
        if (instance.IsFinished) return false;
        if (instance.Status == OrchestrationStatus.Stalled && e.EventRaised is not null)
            throw new GrpcException(GrpcStatusCode.FailedPrecondition, "workflow is stalled");
        InboxTable.Add(session, instance.Number, StoredEvent.Of(e));
        InstanceTable.Wake(session, instance.Number, now.ToUnixTimeMilliseconds(), also: e.ExecutionTerminated is not null);
        return true;
    }

    /// <summary>Takes an activity off and tells its workflow; whether that still waits for it.</summary>
    /// <exception cref="LeaseLostException">The activity is no longer in this hand.</exception>
    public static bool Complete(SqliteSession session, ActivityLease activity, StoredEvent result, DateTimeOffset now)
    {
        if (!ActivityTable.Complete(session, activity)) throw new LeaseLostException($"activity {activity.TaskId}");
        if (InstanceTable.Find(session, activity.Instance) is not { IsFinished: false } instance
            || instance.Generation != activity.Generation)
        {
            return false;
        }

        InboxTable.Add(session, instance.Number, result);
        InstanceTable.Wake(session, instance.Number, now.ToUnixTimeMilliseconds());
        return true;
    }
}
