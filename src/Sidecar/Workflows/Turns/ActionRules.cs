using Dapr.DurableTask.Protobuf;
using static Dapr.DurableTask.Protobuf.WorkflowAction;

namespace McpMesh.Sidecar.Workflows.Turns;

/// <summary>What each action of a worker's answer adds to the outcome of its turn.</summary>
internal sealed class ActionRules(HistoryIndex index, TurnContext context, TurnOutcome outcome)
{
    private readonly ChildRules _children = new(index, context, outcome);

    /// <exception cref="TurnRefusedException">The action cannot belong to this turn.</exception>
    public void Apply(WorkflowAction action)
    {
        switch (action.WorkflowActionTypeCase)
        {
            case WorkflowActionTypeOneofCase.ScheduleTask:
                Schedule(action);
                break;
            case WorkflowActionTypeOneofCase.CreateTimer:
                CreateTimer(action);
                break;
            case WorkflowActionTypeOneofCase.CreateChildWorkflow:
                _children.Create(action, NewCreation(action));
                break;
            case WorkflowActionTypeOneofCase.CreateDetachedWorkflow:
                _children.CreateDetached(action, NewEvent(action));
                break;
            case WorkflowActionTypeOneofCase.SendEvent:
                Send(action);
                break;
            case WorkflowActionTypeOneofCase.TerminateWorkflow:
                TerminateOther(action);
                break;
            case WorkflowActionTypeOneofCase.CompleteWorkflow:
                new CompletionRules(index, context, outcome).Complete(action);
                break;
            case WorkflowActionTypeOneofCase.WorkflowVersionNotAvailable:
                break; // The turn has stalled before it comes to this, or is terminated.
            default:
                throw new TurnRefusedException($"action {action.Id} of instance '{context.InstanceId}' is of a kind that is not known");
        }
    }

    /// <summary>What the worker did not do itself: whatever it still wanted is dropped, and the instance ends.</summary>
    public void Terminate(string? result)
    {
        outcome.Tasks.Clear();
        outcome.Timers.Clear();
        outcome.Children.Clear();
        outcome.Sent.Clear();
        outcome.ToSelf.Clear();
        new CompletionRules(index, context, outcome).Complete(new WorkflowAction
        {
            Id = -1,
            CompleteWorkflow = new CompleteWorkflowAction { WorkflowStatus = OrchestrationStatus.Terminated, Result = result },
        });
    }

    private void Schedule(WorkflowAction action)
    {
        var task = action.ScheduleTask;
        var scheduled = NewCreation(action);
        scheduled.TaskScheduled = new TaskScheduledEvent
        {
            Name = task.Name,
            Version = task.Version,
            Input = task.Input,
            TaskExecutionId = task.TaskExecutionId,
            ParentTraceContext = index.Start?.ParentTraceContext,
        };
        if (task.HasHistoryPropagationScope) scheduled.TaskScheduled.HistoryPropagationScope = task.HistoryPropagationScope;
        Record(scheduled);
        if (_children.IsElsewhere(action.Router) is { } problem)
        {
            var failed = context.NewEvent();
            failed.TaskFailed = new TaskFailedEvent
            {
                TaskScheduledId = action.Id,
                TaskExecutionId = task.TaskExecutionId,
                FailureDetails = problem,
            };
            outcome.ToSelf.Add(failed);
            return;
        }

        outcome.Tasks.Add(scheduled);
    }

    private void CreateTimer(WorkflowAction action)
    {
        var timer = action.CreateTimer;
        if (timer.FireAt is null) throw new TurnRefusedException($"action {action.Id}: createTimer has no fireAt");
        var created = NewCreation(action);
        created.TimerCreated = new TimerCreatedEvent { FireAt = timer.FireAt };
        if (timer.HasName) created.TimerCreated.Name = timer.Name;
        switch (timer.OriginCase)
        {
            case CreateTimerAction.OriginOneofCase.CreateTimer:
                created.TimerCreated.CreateTimer = timer.CreateTimer;
                break;
            case CreateTimerAction.OriginOneofCase.ExternalEvent:
                created.TimerCreated.ExternalEvent = timer.ExternalEvent;
                break;
            case CreateTimerAction.OriginOneofCase.ActivityRetry:
                created.TimerCreated.ActivityRetry = timer.ActivityRetry;
                break;
            case CreateTimerAction.OriginOneofCase.ChildWorkflowRetry:
                created.TimerCreated.ChildWorkflowRetry = timer.ChildWorkflowRetry;
                break;
        }

        Record(created);
        var fired = context.NewEvent();
        fired.TimerFired = new TimerFiredEvent { TimerId = action.Id, FireAt = timer.FireAt };
        outcome.Timers.Add(fired);
    }

    private void Send(WorkflowAction action)
    {
        var sent = NewEvent(action);
        var target = action.SendEvent.Instance?.InstanceId ?? "";
        sent.EventSent = new EventSentEvent { InstanceId = target, Name = action.SendEvent.Name, Input = action.SendEvent.Data };
        Record(sent);
        var raised = context.NewEvent();
        raised.EventRaised = new EventRaisedEvent { Name = action.SendEvent.Name, Input = action.SendEvent.Data };
        outcome.Sent.Add(new OutgoingEvent(context.TargetOf(action.Router), target, raised));
    }

    private void TerminateOther(WorkflowAction action)
    {
        var terminated = context.NewEvent();
        terminated.ExecutionTerminated = new ExecutionTerminatedEvent
        {
            Input = action.TerminateWorkflow.Reason,
            Recurse = action.TerminateWorkflow.Recurse,
        };
        outcome.Sent.Add(new OutgoingEvent(context.TargetOf(action.Router), action.TerminateWorkflow.InstanceId, terminated));
    }

    private HistoryEvent NewCreation(WorkflowAction action)
    {
        // An answer to an older turn would create once more what the history already holds.
        if (index.IsUsed(action.Id))
            throw new TurnRefusedException($"action {action.Id} of instance '{context.InstanceId}' was taken in an earlier turn");
        return NewEvent(action);
    }

    private HistoryEvent NewEvent(WorkflowAction action)
    {
        var e = context.NewEvent(action.Id);
        e.Router = context.Route(action.Router);
        return e;
    }

    private void Record(HistoryEvent e)
    {
        index.TryAdd(e);
        outcome.Events.Add(e);
    }
}
