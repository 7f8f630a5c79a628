using Dapr.Common.Serialization;
using Dapr.DurableTask.Protobuf;
using EventCase = Dapr.DurableTask.Protobuf.HistoryEvent.EventTypeOneofCase;

namespace Dapr.Workflow.Client;

/// <summary>The sidecar's answers as the client shows them.</summary>
internal static class StateReader
{
    public static WorkflowState Read(GetInstanceResponse answer, IDaprSerializer serializer) =>
        new(answer.Exists ? answer.WorkflowState : null, serializer);

    public static WorkflowHistoryEvent Read(HistoryEvent recorded) =>
        new(recorded.EventId, TypeOf(recorded.EventTypeCase), recorded.Timestamp?.ToDateTime() ?? DateTime.MinValue);

    private static WorkflowHistoryEventType TypeOf(EventCase kind) => kind switch
    {
        EventCase.ExecutionStarted => WorkflowHistoryEventType.ExecutionStarted,
        EventCase.ExecutionCompleted => WorkflowHistoryEventType.ExecutionCompleted,
        EventCase.ExecutionTerminated => WorkflowHistoryEventType.ExecutionTerminated,
        EventCase.TaskScheduled => WorkflowHistoryEventType.TaskScheduled,
        EventCase.TaskCompleted => WorkflowHistoryEventType.TaskCompleted,
        EventCase.TaskFailed => WorkflowHistoryEventType.TaskFailed,
        EventCase.ChildWorkflowInstanceCreated => WorkflowHistoryEventType.SubOrchestrationInstanceCreated,
        EventCase.DetachedWorkflowInstanceCreated => WorkflowHistoryEventType.SubOrchestrationInstanceCreated,
        EventCase.ChildWorkflowInstanceCompleted => WorkflowHistoryEventType.SubOrchestrationInstanceCompleted,
        EventCase.ChildWorkflowInstanceFailed => WorkflowHistoryEventType.SubOrchestrationInstanceFailed,
        EventCase.TimerCreated => WorkflowHistoryEventType.TimerCreated,
        EventCase.TimerFired => WorkflowHistoryEventType.TimerFired,
        EventCase.WorkflowStarted => WorkflowHistoryEventType.OrchestratorStarted,
        EventCase.WorkflowCompleted => WorkflowHistoryEventType.OrchestratorCompleted,
        EventCase.EventSent => WorkflowHistoryEventType.EventSent,
        EventCase.EventRaised => WorkflowHistoryEventType.EventRaised,
        EventCase.ContinueAsNew => WorkflowHistoryEventType.ContinueAsNew,
        EventCase.ExecutionSuspended => WorkflowHistoryEventType.ExecutionSuspended,
        EventCase.ExecutionResumed => WorkflowHistoryEventType.ExecutionResumed,
        EventCase.ExecutionStalled => WorkflowHistoryEventType.ExecutionStalled,
        _ => WorkflowHistoryEventType.Unknown,
    };
}
