using Dapr.DurableTask.Protobuf;
using McpMesh.Grpc;
using static Dapr.DurableTask.Protobuf.HistoryEvent;

namespace McpMesh.Sidecar.Workflows.Turns;

/// <summary>
/// The history that a rerun begins with: all that had happened before an event, and that event to be done again. What was under way at
/// that point is done again too.
/// </summary>
internal sealed class HistoryFork(RerunWorkflowFromEventRequest request, TurnContext target)
{
    private readonly TurnOutcome _outcome = new() { Status = OrchestrationStatus.Running };
    private readonly SortedDictionary<int, HistoryEvent> _underWay = [];

    /// <param name="history">Of the source; its events are changed.</param>
    /// <exception cref="GrpcException">The event is not there, or cannot be done again.</exception>
    public TurnOutcome Build(IEnumerable<HistoryEvent> history)
    {
        ExecutionStartedEvent? start = null;
        foreach (var e in history)
        {
            start ??= e.ExecutionStarted;
            if (e.EventId != (int)request.EventID)
            {
                TakeOver(e);
                continue;
            }

            if (start is null) break;
            Overwrite(e);
            foreach (var unfinished in _underWay.Values)
            {
                // A child of its own: the source's child keeps its id.
                if (unfinished.ChildWorkflowInstanceCreated is { } child)
                    child.InstanceId = ChildRules.DefaultId(target.InstanceId, unfinished.EventId);
                Restart(unfinished, start);
            }

            Restart(e, start);
            return _outcome;
        }

        throw new GrpcException(GrpcStatusCode.NotFound, $"does not have history event with ID '{request.EventID}'");
    }

    // Replay takes things as they come: what is finished stays, the rest moves behind it.
    private void TakeOver(HistoryEvent e)
    {
        if (ResolutionKey.CreatedBy(e) is not null)
        {
            _underWay.Add(e.EventId, e);
            return;
        }

        if (ResolutionKey.Of(e) is { } resolved && _underWay.Remove(resolved.Id, out var created)) _outcome.Events.Add(created);
        _outcome.Events.Add(e);
    }

    private void Overwrite(HistoryEvent e)
    {
        var origin = new RerunParentInstanceInfo { InstanceID = request.SourceInstanceID };
        switch (e.EventTypeCase)
        {
            case EventTypeOneofCase.TaskScheduled:
                Refuse(request.HasNewChildWorkflowInstanceID, "cannot set new child workflow instance ID on activity event");
                e.TaskScheduled.RerunParentInstanceInfo = origin;
                if (request.OverwriteInput) e.TaskScheduled.Input = request.Input;
                break;
            case EventTypeOneofCase.TimerCreated:
                Refuse(request.OverwriteInput, "cannot write input to timer event");
                Refuse(request.HasNewChildWorkflowInstanceID, "cannot set new child workflow instance ID on timer event");
                e.TimerCreated.RerunParentInstanceInfo = origin;
                break;
            case EventTypeOneofCase.ChildWorkflowInstanceCreated:
                e.ChildWorkflowInstanceCreated.RerunParentInstanceInfo = origin;
                e.ChildWorkflowInstanceCreated.InstanceId = request.HasNewChildWorkflowInstanceID
                    ? request.NewChildWorkflowInstanceID
                    : ChildRules.DefaultId(target.InstanceId, e.EventId);
                if (request.OverwriteInput) e.ChildWorkflowInstanceCreated.Input = request.Input;
                break;
            case EventTypeOneofCase.DetachedWorkflowInstanceCreated:
                Refuse(true, "nothing waits for a detached workflow, so nothing can be run again from event");
                break;
            default:
                throw new GrpcException(GrpcStatusCode.NotFound,
                    $"target event '{e.EventTypeCase}' with ID '{request.EventID}' is not an event that can be rerun");
        }
    }

    private void Refuse(bool applies, string rule)
    {
        if (applies) throw new GrpcException(GrpcStatusCode.InvalidArgument, $"{rule} '{request.EventID}'");
    }

    private void Restart(HistoryEvent e, ExecutionStartedEvent start)
    {
        e.Timestamp = target.Timestamp;
        _outcome.Events.Add(e);
        switch (e.EventTypeCase)
        {
            case EventTypeOneofCase.TaskScheduled:
                _outcome.Tasks.Add(e);
                break;
            case EventTypeOneofCase.ChildWorkflowInstanceCreated:
                _outcome.Children.Add(ChildRules.StartOf(e, start, target));
                break;
            default:
                var fired = target.NewEvent();
                fired.TimerFired = new TimerFiredEvent { TimerId = e.EventId, FireAt = e.TimerCreated.FireAt };
                _outcome.Timers.Add(fired);
                break;
        }
    }
}
