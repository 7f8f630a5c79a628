using Dapr.Common.Serialization;
using Dapr.DurableTask.Protobuf;
using EventCase = Dapr.DurableTask.Protobuf.HistoryEvent.EventTypeOneofCase;

namespace Dapr.Workflow.Worker.Replay;

/// <summary>
/// One turn: what happened before is replayed, what is new is added, and what the code does beyond that are the turn's actions. A pure
/// function of its events; all of it happens on the calling thread.
/// </summary>
internal sealed class WorkflowTurn(IWorkflow workflow, ReplayContext context, TurnThread thread, IDaprSerializer serializer)
{
    private readonly Queue<HistoryEvent> _held = new();
    private readonly WorkflowRun _run = new(thread, serializer);
    private bool _started;
    private bool _suspended;
    private ExecutionTerminatedEvent? _terminated;

    /// <summary>The rule of replay that the workflow broke, if it did.</summary>
    public TurnFaultException? Fault { get; private set; }

    /// <summary>Whether what still comes is no longer for this run.</summary>
    private bool IsOver => _terminated is not null || _run.Ended || context.NextRun is not null;

    /// <returns>The response without the ids of the request.</returns>
    public WorkflowResponse Run(IEnumerable<HistoryEvent> past, IEnumerable<HistoryEvent> events)
    {
        // Continuations run inline only where no context would have them posted.
        var surrounding = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            context.Replay(true);
            foreach (var happened in past) Apply(happened);
            context.Replay(false);
            foreach (var happened in events) Apply(happened);
            return Response();
        }
        catch (TurnFaultException fault)
        {
            return Failed(fault);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(surrounding);
        }
    }

    private void Apply(HistoryEvent happened)
    {
        switch (happened.EventTypeCase)
        {
            case EventCase.WorkflowStarted:
                context.BeginTurn(happened);
                break;
            case EventCase.ExecutionStarted:
                Start(happened.ExecutionStarted);
                break;
            case EventCase.TaskScheduled or EventCase.ChildWorkflowInstanceCreated or EventCase.TimerCreated or EventCase.EventSent:
                Confirm(happened);
                break;
            case EventCase.ExecutionSuspended:
                _suspended = true;
                break;
            case EventCase.ExecutionResumed:
                _suspended = false;
                DeliverHeld();
                break;
            // A completion that was not reported, and a beginning anew, give way.
            case EventCase.ExecutionTerminated when _suspended || !_run.Ended || context.NextRun is not null:
                _terminated = happened.ExecutionTerminated;
                break;
            case EventCase.TaskCompleted or EventCase.TaskFailed or EventCase.ChildWorkflowInstanceCompleted
                or EventCase.ChildWorkflowInstanceFailed or EventCase.TimerFired or EventCase.EventRaised:
                // Held in the order they came, so that a replay after the resumption does what the resumption did.
                if (_suspended) _held.Enqueue(happened);
                else Deliver(happened);
                break;
        }
    }

    private void Start(ExecutionStartedEvent started)
    {
        if (_started) return;
        _started = true;
        _ = _run.StartAsync(workflow, context, () => serializer.Deserialize(started.Input, workflow.InputType));
    }

    private void Confirm(HistoryEvent created)
    {
        if (context.Steps.Confirm(created)) return;
        // A worker that does not hold back while suspended went on: so must its replay.
        DeliverHeld();
        if (context.Steps.Confirm(created)) return;
        throw StepLedger.Differs(
            created.EventId, StepDescription.Of(created), _run.Ended ? "the code had ended" : "the code did nothing at that step");
    }

    private void DeliverHeld()
    {
        while (_held.TryDequeue(out var held)) Deliver(held);
    }

    private void Deliver(HistoryEvent happened)
    {
        if (IsOver)
        {
            if (happened.EventTypeCase == EventCase.EventRaised) context.Events.Keep(happened);
            return;
        }
        var steps = context.Steps;
        switch (happened.EventTypeCase)
        {
            case EventCase.TaskCompleted:
                steps.Resolve(happened.TaskCompleted.TaskScheduledId, StepKind.Activity, happened);
                break;
            case EventCase.TaskFailed:
                steps.Resolve(happened.TaskFailed.TaskScheduledId, StepKind.Activity, happened);
                break;
            case EventCase.ChildWorkflowInstanceCompleted:
                steps.Resolve(happened.ChildWorkflowInstanceCompleted.TaskScheduledId, StepKind.ChildWorkflow, happened);
                break;
            case EventCase.ChildWorkflowInstanceFailed:
                steps.Resolve(happened.ChildWorkflowInstanceFailed.TaskScheduledId, StepKind.ChildWorkflow, happened);
                break;
            case EventCase.TimerFired:
                steps.Resolve(happened.TimerFired.TimerId, StepKind.Timer, happened);
                break;
            case EventCase.EventRaised:
                context.Events.Raise(happened);
                break;
        }
    }

    private WorkflowResponse Response()
    {
        if (_terminated is not null) return Ended(new() { WorkflowStatus = OrchestrationStatus.Terminated, Result = _terminated.Input });
        if (thread.Intruded || IsLost) throw WaitsElsewhere();
        var response = Answer(complete: true);
        if (_suspended) return response;
        response.Actions.AddRange(context.Steps.Actions);
        if (Completion() is { } completion) response.Actions.Add(Completed(completion));
        return response;
    }

    /// <summary>Whether the code waits and nothing that can still happen to this instance ends the wait.</summary>
    private bool IsLost => !IsOver && !_suspended && !context.Steps.AnyOpen && !context.Events.AnyOpen;

    private static TurnFaultException WaitsElsewhere() => new(
        TurnFaultException.NonWorkflowAwait,
        "the workflow awaits something that is no task of its context (a delay, a web call, a task of its own): what it does is not " +
        "recorded there and cannot be replayed; such work belongs in an activity");

    private CompleteWorkflowAction? Completion()
    {
        if (context.NextRun is { } next)
        {
            var again = new CompleteWorkflowAction { WorkflowStatus = OrchestrationStatus.ContinuedAsNew, Result = next.Input };
            if (next.KeepsEvents) again.CarryoverEvents.AddRange(context.Events.Kept);
            return again;
        }
        if (!_run.Ended) return null;
        if (_run.Failure is { } failure)
            return new() { WorkflowStatus = OrchestrationStatus.Failed, FailureDetails = Failures.Of(failure, nonRetriable: true) };
        return new() { WorkflowStatus = OrchestrationStatus.Completed, Result = _run.Output };
    }

    /// <summary>A workflow that broke a rule does nothing more: its other actions are those of the wrong code.</summary>
    private WorkflowResponse Failed(TurnFaultException fault)
    {
        Fault = fault;
        return Ended(new()
        {
            WorkflowStatus = OrchestrationStatus.Failed,
            FailureDetails = Failures.Named(fault.ErrorType, fault.Message),
        });
    }

    private WorkflowResponse Ended(CompleteWorkflowAction completion)
    {
        var response = Answer(complete: false);
        response.Actions.Add(Completed(completion));
        return response;
    }

    private WorkflowAction Completed(CompleteWorkflowAction completion) =>
        new() { Id = context.Steps.NextId, CompleteWorkflow = completion };

    private WorkflowResponse Answer(bool complete)
    {
        var response = new WorkflowResponse { Version = context.Patches.Report(complete) };
        // Absent clears it at the sidecar.
        if (context.CustomStatus is { } status) response.CustomStatus = status;
        return response;
    }
}
