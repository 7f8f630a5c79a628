using Dapr.DurableTask.Protobuf;

namespace McpMesh.Sidecar.Workflows.Turns;

/// <summary>The end of an instance, or of one of its generations. The first in a turn counts.</summary>
internal sealed class CompletionRules(HistoryIndex index, TurnContext context, TurnOutcome outcome)
{
    public void Complete(WorkflowAction action)
    {
        if (index.Completion is not null) return;
        var completion = action.CompleteWorkflow;
        if (completion.WorkflowStatus == OrchestrationStatus.ContinuedAsNew)
        {
            ContinueAsNew(completion);
            return;
        }

        if (!IsFinal(completion.WorkflowStatus))
            throw new TurnRefusedException($"action {action.Id}: a workflow cannot complete with status {completion.WorkflowStatus}");
        var completed = context.NewEvent(action.Id);
        completed.Router = context.Route(action.Router);
        completed.ExecutionCompleted = new ExecutionCompletedEvent
        {
            WorkflowStatus = completion.WorkflowStatus,
            Result = completion.Result,
            FailureDetails = completion.FailureDetails,
        };
        index.TryAdd(completed);
        outcome.Events.Add(completed);
        if (index.Start?.ParentInstance is { } parent)
            outcome.ToParent = ForParent(parent.TaskScheduledId, completed.ExecutionCompleted, context);
    }

    public static bool IsFinal(OrchestrationStatus status) =>
        status is OrchestrationStatus.Completed or OrchestrationStatus.Failed or OrchestrationStatus.Canceled
            or OrchestrationStatus.Terminated;

    /// <summary>What a parent gets to know of its child's end.</summary>
    public static HistoryEvent ForParent(int taskId, ExecutionCompletedEvent completion, TurnContext child)
    {
        if (completion.WorkflowStatus != OrchestrationStatus.Completed)
        {
            return ChildRules.Failed(child, taskId, completion.FailureDetails ?? new TaskFailureDetails
            {
                ErrorType = "ChildWorkflow" + completion.WorkflowStatus,
                ErrorMessage = $"child workflow '{child.InstanceId}' ended with status {completion.WorkflowStatus}",
                IsNonRetriable = true,
            });
        }

        var done = child.NewEvent();
        done.ChildWorkflowInstanceCompleted = new ChildWorkflowInstanceCompletedEvent
        {
            TaskScheduledId = taskId,
            Result = completion.Result,
        };
        return done;
    }

    // Same name and parent, new input and execution id. Whatever else this generation still wanted is left behind with it.
    private void ContinueAsNew(CompleteWorkflowAction completion)
    {
        var past = index.Start ?? throw new TurnRefusedException($"instance '{context.InstanceId}' continues as new before it was started");
        var started = context.NewEvent();
        started.ExecutionStarted = new ExecutionStartedEvent
        {
            Name = past.Name,
            Version = completion.NewVersion,
            Input = completion.Result,
            ParentInstance = past.ParentInstance,
            WorkflowInstance = ChildRules.NewExecution(context.InstanceId),
            ParentTraceContext = past.ParentTraceContext is null ? null : NewTrace(),
            Tags = { past.Tags },
        };
        outcome.Events.Clear();
        outcome.Tasks.Clear();
        outcome.Timers.Clear();
        outcome.Children.Clear();
        outcome.Sent.Clear();
        outcome.ToSelf.Clear();
        outcome.NextGeneration = [started, .. completion.CarryoverEvents];
    }

    // Generations in one trace would make it grow without end.
    private static TraceContext NewTrace() =>
        new() { TraceParent = $"00-{Guid.NewGuid():n}-{Convert.ToHexStringLower(Guid.NewGuid().ToByteArray().AsSpan(0, 8))}-00" };
}
