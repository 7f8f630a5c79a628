using Dapr.DurableTask.Protobuf;
using static Dapr.DurableTask.Protobuf.HistoryEvent;

namespace McpMesh.Sidecar.Workflows.Turns;

/// <summary>
/// What an event resolves: a task, a timer or a child workflow, by the id it was created with. The first resolution counts, whether it
/// is a completion or a failure.
/// </summary>
internal readonly record struct ResolutionKey(ResolutionKind Kind, int Id)
{
    /// <summary>Null for an event that resolves nothing.</summary>
    public static ResolutionKey? Of(HistoryEvent e) => e.EventTypeCase switch
    {
        EventTypeOneofCase.TaskCompleted => new(ResolutionKind.Task, e.TaskCompleted.TaskScheduledId),
        EventTypeOneofCase.TaskFailed => new(ResolutionKind.Task, e.TaskFailed.TaskScheduledId),
        EventTypeOneofCase.TimerFired => new(ResolutionKind.Timer, e.TimerFired.TimerId),
        EventTypeOneofCase.ChildWorkflowInstanceCompleted => new(ResolutionKind.Child, e.ChildWorkflowInstanceCompleted.TaskScheduledId),
        EventTypeOneofCase.ChildWorkflowInstanceFailed => new(ResolutionKind.Child, e.ChildWorkflowInstanceFailed.TaskScheduledId),
        _ => null,
    };

    /// <summary>What an event creates that is to be resolved later; null for the others.</summary>
    public static ResolutionKey? CreatedBy(HistoryEvent e) => e.EventTypeCase switch
    {
        EventTypeOneofCase.TaskScheduled => new(ResolutionKind.Task, e.EventId),
        EventTypeOneofCase.TimerCreated => new(ResolutionKind.Timer, e.EventId),
        EventTypeOneofCase.ChildWorkflowInstanceCreated => new(ResolutionKind.Child, e.EventId),
        _ => null,
    };
}
