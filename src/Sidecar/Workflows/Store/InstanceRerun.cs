using Dapr.DurableTask.Protobuf;
using McpMesh.Grpc;
using McpMesh.Sidecar.Storage;
using McpMesh.Sidecar.Workflows.Turns;

namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>Makes a new instance that does again what an ended one did from some event on.</summary>
internal static class InstanceRerun
{
    /// <exception cref="GrpcException">The source is not there, has not ended, or cannot be run again from that event.</exception>
    public static bool Run(SqliteSession session, string app, RerunWorkflowFromEventRequest request, TurnContext target)
    {
        var source = InstanceTable.Find(session, app, request.SourceInstanceID) ?? throw new GrpcException(
            GrpcStatusCode.NotFound, $"workflow instance does not exist with ID '{request.SourceInstanceID}'");
        if (!source.IsFinished)
            throw new GrpcException(GrpcStatusCode.InvalidArgument, $"'{source.Id}' is not in a terminal state");
        if (source.Parent is not null)
            throw new GrpcException(GrpcStatusCode.InvalidArgument, $"'{source.Id}': cannot rerun from child-workflows");
        if (InstanceTable.Find(session, app, target.InstanceId) is not null)
            throw new GrpcException(GrpcStatusCode.AlreadyExists, $"workflow '{target.InstanceId}' has already been created");
        var fork = new HistoryFork(request, target).Build(Parse(session, source));
        var start = fork.Events.Find(e => e.ExecutionStarted is not null)!.ExecutionStarted;
        var now = target.Now.ToUnixTimeMilliseconds();
        var number = InstanceTable.Insert(session, app, target.InstanceId, start, null, target.Now.UtcTicks, now);
        // From here on it is a turn like any other, of an instance that has only this to do.
        session.Prepare("UPDATE workflow_instances SET owner=-1, fence=1 WHERE number=?1").Bind(1, number).Run();
        var row = InstanceTable.Find(session, number)! with { CustomStatus = null };
        var commit = new TurnCommit(
            new InstanceLease(row, -1, 1), new TurnInput([], 0, 0, 0), new TurnWrites(fork, target.InstanceId), target, null);
        commit.Run(session);
        session.Prepare("UPDATE workflow_instances SET owner=0 WHERE number=?1").Bind(1, number).Run();
        return true;
    }

    private static List<HistoryEvent> Parse(SqliteSession session, InstanceRow source)
    {
        try
        {
            var place = 0;
            return HistoryTable.Read(session, source.Number, source.Events).ConvertAll(e => e.Parse($"history row {place++}"));
        }
        catch (HistoryCorruptException error)
        {
            throw new GrpcException(GrpcStatusCode.DataLoss, error.Message);
        }
    }
}
