using Dapr.DurableTask.Protobuf;
using ActionCase = Dapr.DurableTask.Protobuf.WorkflowAction.WorkflowActionTypeOneofCase;
using EventCase = Dapr.DurableTask.Protobuf.HistoryEvent.EventTypeOneofCase;

namespace Dapr.Workflow.Worker.Replay;

/// <summary>A step as it is compared between history and code, and named to the author: what it is, and of what name.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Of the activity, the workflow or the event.</param>
/// <param name="Purpose">What a timer is for; null where the history does not say (runtimes before 1.18).</param>
internal readonly record struct StepDescription(StepKind Kind, string Name, string? Purpose = null)
{
    private const string WaitForEvent = "time limit of event";
    private const string Wait = "timer";
    private const string ActivityRetry = "wait before the activity's next attempt";
    private const string ChildRetry = "wait before the child workflow's next attempt";

    public static StepDescription Of(WorkflowAction action) => action.WorkflowActionTypeCase switch
    {
        ActionCase.ScheduleTask => new(StepKind.Activity, action.ScheduleTask.Name),
        ActionCase.CreateChildWorkflow => new(StepKind.ChildWorkflow, action.CreateChildWorkflow.Name),
        ActionCase.SendEvent => new(StepKind.SentEvent, action.SendEvent.Name),
        ActionCase.CreateTimer => action.CreateTimer.OriginCase switch
        {
            CreateTimerAction.OriginOneofCase.ExternalEvent => new(StepKind.Timer, action.CreateTimer.ExternalEvent.Name, WaitForEvent),
            CreateTimerAction.OriginOneofCase.ActivityRetry => new(StepKind.Timer, string.Empty, ActivityRetry),
            CreateTimerAction.OriginOneofCase.ChildWorkflowRetry => new(StepKind.Timer, string.Empty, ChildRetry),
            _ => new(StepKind.Timer, string.Empty, Wait),
        },
        var other => throw new InvalidOperationException($"{other} is not a step that the history confirms."),
    };

    public static StepDescription Of(HistoryEvent created) => created.EventTypeCase switch
    {
        EventCase.TaskScheduled => new(StepKind.Activity, created.TaskScheduled.Name),
        EventCase.ChildWorkflowInstanceCreated => new(StepKind.ChildWorkflow, created.ChildWorkflowInstanceCreated.Name),
        EventCase.EventSent => new(StepKind.SentEvent, created.EventSent.Name),
        EventCase.TimerCreated => created.TimerCreated.OriginCase switch
        {
            TimerCreatedEvent.OriginOneofCase.ExternalEvent => new(StepKind.Timer, created.TimerCreated.ExternalEvent.Name, WaitForEvent),
            TimerCreatedEvent.OriginOneofCase.ActivityRetry => new(StepKind.Timer, string.Empty, ActivityRetry),
            TimerCreatedEvent.OriginOneofCase.ChildWorkflowRetry => new(StepKind.Timer, string.Empty, ChildRetry),
            TimerCreatedEvent.OriginOneofCase.CreateTimer => new(StepKind.Timer, string.Empty, Wait),
            _ => new(StepKind.Timer, string.Empty),
        },
        var other => throw new InvalidOperationException($"{other} confirms no step."),
    };

    /// <summary>Names are matched as the registrations are: without regard to case.</summary>
    public bool Matches(StepDescription other)
    {
        if (Kind != other.Kind) return false;
        if (Kind == StepKind.Timer && (Purpose is null || other.Purpose is null)) return true;
        return Purpose == other.Purpose && Name.Equals(other.Name, StringComparison.OrdinalIgnoreCase);
    }

    public override string ToString() => Kind switch
    {
        StepKind.Activity => $"activity '{Name}'",
        StepKind.ChildWorkflow => $"child workflow '{Name}'",
        StepKind.SentEvent => $"event '{Name}' sent",
        _ => Purpose == WaitForEvent ? $"{Purpose} '{Name}'" : Purpose ?? Wait,
    };
}
