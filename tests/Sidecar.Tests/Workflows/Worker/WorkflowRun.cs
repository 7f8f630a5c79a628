using Dapr.DurableTask.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace McpMesh.Sidecar.Tests.Workflows.Worker;

/// <summary>One replay of a workflow: the least that a worker needs, written after the protocol and nothing else.</summary>
internal sealed class WorkflowRun
{
    private readonly SortedDictionary<int, WorkflowAction> _actions = [];
    private readonly Dictionary<int, TaskCompletionSource<string?>> _open = [];
    private readonly Dictionary<string, Queue<TaskCompletionSource<string?>>> _waiting = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Queue<string?>> _raised = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _patches = [];
    private readonly HashSet<string> _knownPatches = [];
    private bool _replaying;
    private int _next;

    private WorkflowRun(string instanceId) => InstanceId = instanceId;

    public string InstanceId { get; }

    public string Name { get; private set; } = "";

    public string? Input { get; private set; }

    public DateTime Now { get; private set; }

    public string? CustomStatus { get; set; }

    public string? VersionName { get; set; }

    public Task<string?> CallActivity(string name, string? input = null, string? app = null)
    {
        var id = _next++;
        _actions[id] = new WorkflowAction
        {
            Id = id,
            ScheduleTask = new ScheduleTaskAction { Name = name, Input = input, TaskExecutionId = $"{InstanceId}:{id}" },
        };
        if (app is not null) _actions[id].Router = new TaskRouter { TargetAppID = app };
        return Open(id);
    }

    public Task CreateTimer(TimeSpan delay) => CreateTimer(Timestamp.FromDateTime(DateTime.SpecifyKind(Now + delay, DateTimeKind.Utc)));

    public Task CreateTimer(Timestamp fireAt)
    {
        var id = _next++;
        _actions[id] = new WorkflowAction
        {
            Id = id,
            CreateTimer = new CreateTimerAction { FireAt = fireAt, CreateTimer = new TimerOriginCreateTimer() },
        };
        return Open(id);
    }

    public Task<string?> CallChild(string name, string? input = null, string id = "", string? app = null)
    {
        var action = _next++;
        _actions[action] = new WorkflowAction
        {
            Id = action,
            CreateChildWorkflow = new CreateChildWorkflowAction { Name = name, Input = input, InstanceId = id },
        };
        if (app is not null) _actions[action].Router = new TaskRouter { TargetAppID = app };
        return Open(action);
    }

    public Task<string?> WaitForEvent(string name)
    {
        var source = new TaskCompletionSource<string?>();
        if (_raised.TryGetValue(name, out var raised) && raised.Count > 0) source.SetResult(raised.Dequeue());
        else QueueOf(_waiting, name).Enqueue(source);
        return source.Task;
    }

    public void SendEvent(string instanceId, string name, string? data)
    {
        var id = _next++;
        _actions[id] = new WorkflowAction
        {
            Id = id,
            SendEvent = new SendEventAction { Instance = new WorkflowInstance { InstanceId = instanceId }, Name = name, Data = data },
        };
    }

    public void ContinueAsNew(string? input) => Complete(OrchestrationStatus.ContinuedAsNew, input, null);

    /// <summary>Adds an action as it is, for what no honest worker sends.</summary>
    public void Add(WorkflowAction action) => _actions[action.Id] = action;

    public bool IsPatched(string name)
    {
        if (!_knownPatches.Contains(name) && _replaying) return false;
        if (!_patches.Contains(name)) _patches.Add(name);
        return true;
    }

    /// <summary>Replays a request and answers it.</summary>
    public static WorkflowResponse Replay(WorkflowRequest request, Func<string, WorkflowCode?> find)
    {
        var run = new WorkflowRun(request.InstanceId);
        foreach (var e in request.PastEvents) run._knownPatches.UnionWith(e.WorkflowStarted?.Version?.Patches ?? []);
        Task<string?>? code = null;
        run._replaying = true;
        foreach (var e in request.PastEvents) code = run.Take(e, code, find);
        run._replaying = false;
        foreach (var e in request.NewEvents) code = run.Take(e, code, find);
        if (run.IsComplete) return run.Response();
        if (code is { IsCompletedSuccessfully: true }) run.Complete(OrchestrationStatus.Completed, code.Result, null);
        else if (code is { IsFaulted: true }) run.Fail(code.Exception!.InnerException!);
        return run.Response();
    }

    /// <summary>Ends the instance over a fault of the replay itself.</summary>
    public static WorkflowResponse Failed(string instanceId, Exception fault)
    {
        var run = new WorkflowRun(instanceId) { _next = int.MaxValue };
        run.Fail(fault);
        return run.Response();
    }

    private bool IsComplete => _actions.Values.Any(action => action.CompleteWorkflow is not null);

    private Task<string?>? Take(HistoryEvent e, Task<string?>? code, Func<string, WorkflowCode?> find)
    {
        switch (e.EventTypeCase)
        {
            case HistoryEvent.EventTypeOneofCase.WorkflowStarted:
                Now = e.Timestamp.ToDateTime();
                break;
            case HistoryEvent.EventTypeOneofCase.ExecutionStarted:
                Name = e.ExecutionStarted.Name;
                Input = e.ExecutionStarted.Input;
                return RunAsync(find(Name));
            case HistoryEvent.EventTypeOneofCase.TaskScheduled:
            case HistoryEvent.EventTypeOneofCase.TimerCreated:
            case HistoryEvent.EventTypeOneofCase.ChildWorkflowInstanceCreated:
            case HistoryEvent.EventTypeOneofCase.EventSent:
            case HistoryEvent.EventTypeOneofCase.DetachedWorkflowInstanceCreated:
                if (!_actions.Remove(e.EventId))
                    throw new InvalidOperationException($"history holds {e.EventTypeCase} {e.EventId}, the code does not");
                break;
            case HistoryEvent.EventTypeOneofCase.TaskCompleted:
                Close(e.TaskCompleted.TaskScheduledId)?.SetResult(e.TaskCompleted.Result);
                break;
            case HistoryEvent.EventTypeOneofCase.TaskFailed:
                Close(e.TaskFailed.TaskScheduledId)?.SetException(new TaskFailedException(e.TaskFailed.FailureDetails));
                break;
            case HistoryEvent.EventTypeOneofCase.ChildWorkflowInstanceCompleted:
                Close(e.ChildWorkflowInstanceCompleted.TaskScheduledId)?.SetResult(e.ChildWorkflowInstanceCompleted.Result);
                break;
            case HistoryEvent.EventTypeOneofCase.ChildWorkflowInstanceFailed:
                Close(e.ChildWorkflowInstanceFailed.TaskScheduledId)?.SetException(
                    new TaskFailedException(e.ChildWorkflowInstanceFailed.FailureDetails));
                break;
            case HistoryEvent.EventTypeOneofCase.TimerFired:
                Close(e.TimerFired.TimerId)?.SetResult(null);
                break;
            case HistoryEvent.EventTypeOneofCase.EventRaised:
                if (_waiting.TryGetValue(e.EventRaised.Name, out var waiting) && waiting.Count > 0)
                    waiting.Dequeue().SetResult(e.EventRaised.Input);
                else
                    QueueOf(_raised, e.EventRaised.Name).Enqueue(e.EventRaised.Input);
                break;
        }

        return code;
    }

    // Asynchronous, so that code that throws at once fails its workflow like any other.
    private async Task<string?> RunAsync(WorkflowCode? code) =>
        code is null ? throw new InvalidOperationException($"no workflow {Name}") : await code(this);

    private Task<string?> Open(int id)
    {
        _open[id] = new TaskCompletionSource<string?>();
        return _open[id].Task;
    }

    private static Queue<T> QueueOf<T>(Dictionary<string, Queue<T>> queues, string name) =>
        queues.TryGetValue(name, out var queue) ? queue : queues[name] = new();

    private TaskCompletionSource<string?>? Close(int id) => _open.Remove(id, out var source) ? source : null;

    private void Complete(OrchestrationStatus status, string? result, TaskFailureDetails? failure)
    {
        var completion = new CompleteWorkflowAction { WorkflowStatus = status, Result = result, FailureDetails = failure };
        var id = _next++;
        _actions[id] = new WorkflowAction { Id = id, CompleteWorkflow = completion };
    }

    private void Fail(Exception error) => Complete(OrchestrationStatus.Failed, null, new TaskFailureDetails
    {
        ErrorType = error.GetType().Name,
        ErrorMessage = error.Message,
    });

    // What nobody took, and only at the end of the turn: it may bring more after the code has asked for its next generation.
    private IEnumerable<HistoryEvent> Untaken() =>
        from raised in _raised
        from input in raised.Value
        select new HistoryEvent
        {
            EventId = -1,
            Timestamp = Timestamp.FromDateTime(DateTime.SpecifyKind(Now, DateTimeKind.Utc)),
            EventRaised = new EventRaisedEvent { Name = raised.Key, Input = input },
        };

    private WorkflowResponse Response()
    {
        foreach (var action in _actions.Values)
        {
            if (action.CompleteWorkflow is { WorkflowStatus: OrchestrationStatus.ContinuedAsNew } again)
                again.CarryoverEvents.AddRange(Untaken());
        }

        var response = new WorkflowResponse { InstanceId = InstanceId, CustomStatus = CustomStatus };
        response.Actions.AddRange(_actions.Values);
        if (_patches.Count == 0 && VersionName is null) return response;
        response.Version = new WorkflowVersion { Patches = { _patches } };
        if (VersionName is not null) response.Version.Name = VersionName;
        return response;
    }
}
