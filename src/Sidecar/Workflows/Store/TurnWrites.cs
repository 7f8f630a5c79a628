using Dapr.DurableTask.Protobuf;
using Google.Protobuf;
using McpMesh.Sidecar.Workflows.Turns;

namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>A turn's outcome made ready for the file, before the transaction in which nothing should take time.</summary>
internal sealed class TurnWrites(TurnOutcome outcome, string instanceId)
{
    public TurnOutcome Outcome { get; } = outcome;

    public List<StoredEvent> Events { get; } = outcome.Events.ConvertAll(StoredEvent.Of);

    public StoredEvent? Stall { get; } = outcome.Stall is { } stall ? StoredEvent.Of(stall) : null;

    public List<StoredEvent> ToSelf { get; } = outcome.ToSelf.ConvertAll(StoredEvent.Of);

    public List<StoredEvent>? NextGeneration { get; } = outcome.NextGeneration?.ConvertAll(StoredEvent.Of);

    public StoredEvent? ToParent { get; } = outcome.ToParent is { } done ? StoredEvent.Of(done) : null;

    public List<StoredEvent> Timers { get; } = outcome.Timers.ConvertAll(StoredEvent.Of);

    /// <summary>ActivityRequests, in the order of the outcome's tasks.</summary>
    public List<byte[]> Requests { get; } = outcome.Tasks.ConvertAll(task => RequestOf(task, instanceId).ToByteArray());

    private static ActivityRequest RequestOf(HistoryEvent scheduled, string instanceId) => new()
    {
        Name = scheduled.TaskScheduled.Name,
        Version = scheduled.TaskScheduled.Version,
        Input = scheduled.TaskScheduled.Input,
        WorkflowInstance = new WorkflowInstance { InstanceId = instanceId },
        TaskId = scheduled.EventId,
        TaskExecutionId = scheduled.TaskScheduled.TaskExecutionId,
        ParentTraceContext = scheduled.TaskScheduled.ParentTraceContext,
    };
}
