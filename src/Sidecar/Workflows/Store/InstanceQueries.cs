using Dapr.DurableTask.Protobuf;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using McpMesh.DaprProtos;
using McpMesh.Grpc;
using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>What can be asked about instances.</summary>
internal static class InstanceQueries
{
    // A start stands at the head of its history, behind WorkflowStarted and, in an instance that stalled before it, a stall.
    private const int HeadLength = 8;

    public static WorkflowState? Describe(SqliteSession session, string app, string id, bool withPayloads)
    {
        if (InstanceTable.Find(session, app, id) is not { } row) return null;
        var state = new WorkflowState
        {
            InstanceId = row.Id,
            Name = row.Name,
            Version = row.Version,
            WorkflowStatus = row.Status,
            CreatedTimestamp = At(row.Created),
            LastUpdatedTimestamp = At(row.Updated),
            CompletedTimestamp = row.Completed is { } completed ? At(completed) : null,
            StartedAt = row.Started is { } started ? At(started) : null,
            ExecutionId = row.ExecutionId,
            ParentInstanceId = row.Parent?.Id,
            ParentAppId = row.Parent?.AppId,
        };
        if (withPayloads) AddPayloads(session, row, state);
        return state;
    }

    /// <exception cref="GrpcException">There is no such instance.</exception>
    public static EncodedInstanceHistory History(SqliteSession session, string app, string id)
    {
        var row = InstanceTable.Find(session, app, id)
            ?? throw new GrpcException(GrpcStatusCode.NotFound, "no such instance exists");
        var history = new EncodedInstanceHistory();
        foreach (var e in HistoryTable.Head(session, row.Number, int.MaxValue))
            history.Events.Add(UnsafeByteOperations.UnsafeWrap(e.Bytes));
        return history;
    }

    /// <summary>Ids in their order, from the one after <paramref name="after"/>.</summary>
    public static List<string> Ids(SqliteSession session, string app, string after, int most) =>
        session.Prepare("SELECT id FROM workflow_instances WHERE app=?1 AND id>?2 ORDER BY id LIMIT ?3")
            .Bind(1, app).Bind(2, after).Bind(3, most).All(static row => row.Text(0));

    private static void AddPayloads(SqliteSession session, InstanceRow row, WorkflowState state)
    {
        state.CustomStatus = row.CustomStatus;
        var head = HistoryTable.Head(session, row.Number, HeadLength).ConvertAll(TryParse);
        if (head.TrueForAll(e => e?.ExecutionStarted is null))
            head = InboxTable.Read(session, row.Number, 1).ConvertAll(item => TryParse(item.Event));
        if (head.Find(e => e?.ExecutionStarted is not null)?.ExecutionStarted is { } started)
        {
            state.Input = started.Input;
            state.ScheduledStartTimestamp = started.ScheduledStartTimestamp;
            state.Tags.Add(started.Tags);
        }

        if (!row.IsFinished || HistoryTable.Find(session, row.Number, row.Events - 1) is not { } last) return;
        if (TryParse(last)?.ExecutionCompleted is not { } completed) return;
        state.Output = completed.Result;
        state.FailureDetails = completed.FailureDetails;
    }

    // A damaged row fails the instance in its turn; here it only leaves a field out.
    private static HistoryEvent? TryParse(StoredEvent e)
    {
        try
        {
            return e.Parse("history");
        }
        catch (HistoryCorruptException)
        {
            return null;
        }
    }

    private static Timestamp At(long ticks) => Timestamp.FromDateTime(new DateTime(ticks, DateTimeKind.Utc));
}
