using Dapr.Common.Serialization;
using Dapr.DurableTask.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging;

namespace Dapr.Workflow.Worker.Replay;

/// <summary>The context of one turn: takes down what the code does, and answers from the history.</summary>
internal sealed class ReplayContext : WorkflowContext
{
    private readonly TurnThread _turn;
    private readonly IDaprSerializer _serializer;
    private readonly ILoggerFactory _loggers;
    private readonly DeterministicIds _ids;
    private readonly string? _appId;
    private DateTime _now;
    private bool _replaying;

    public ReplayContext(WorkflowIdentity identity, TurnThread turn, IDaprSerializer serializer, ILoggerFactory loggers)
    {
        (Name, InstanceId, _appId) = (identity.Name, identity.InstanceId, identity.AppId);
        (_turn, _serializer, _loggers) = (turn, serializer, loggers);
        _ids = new DeterministicIds(identity.InstanceId, identity.ExecutionId);
        Events = new ExternalEvents(turn);
    }

    public override string Name { get; }

    public override string InstanceId { get; }

    public override DateTime CurrentUtcDateTime => _now;

    public override bool IsReplaying => _replaying;

    public StepLedger Steps { get; } = new();

    public ExternalEvents Events { get; }

    public PatchDecisions Patches { get; } = new();

    /// <summary>Set once the code asked to begin again.</summary>
    public NextRun? NextRun { get; private set; }

    /// <summary>Null is none.</summary>
    public string? CustomStatus { get; private set; }

    public void Replay(bool replaying) => _replaying = replaying;

    public void BeginTurn(HistoryEvent started)
    {
        if (started.Timestamp is { } timestamp) _now = timestamp.ToDateTime();
        Patches.Turn(started.WorkflowStarted.Version);
    }

    public override bool IsPatched(string patchName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(patchName);
        _turn.Require();
        return Patches.IsPatched(patchName, _replaying);
    }

    public override async Task<T> CallActivityAsync<T>(string name, object? input = null, WorkflowTaskOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        _turn.Require();
        if (options?.RetryPolicy is not { } policy) return await CallOnceAsync<T>(name, input, options);
        var origin = new TimerOriginActivityRetry { TaskExecutionId = _ids.TaskExecutionId(Steps.NextId, name) };
        var retries = new Retries(policy, this, delay => WaitAsync(new() { FireAt = After(delay), ActivityRetry = origin }));
        return await retries.RunAsync(() => CallOnceAsync<T>(name, input, options));
    }

    public override async Task<TResult> CallChildWorkflowAsync<TResult>(
        string workflowName, object? input = null, ChildWorkflowTaskOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(workflowName);
        _turn.Require();
        if (options?.RetryPolicy is not { } policy) return await CallChildOnceAsync<TResult>(workflowName, input, options);
        var origin = new TimerOriginChildWorkflowRetry { InstanceId = options.InstanceId ?? _ids.NewGuid().ToString() };
        var retries = new Retries(policy, this, delay => WaitAsync(new() { FireAt = After(delay), ChildWorkflowRetry = origin }));
        return await retries.RunAsync(() => CallChildOnceAsync<TResult>(workflowName, input, options));
    }

    public override async Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        _turn.Require();
        await WaitAsync(new() { FireAt = Timestamp.FromDateTime(fireAt), CreateTimer = new() }, cancellationToken);
    }

    public override async Task<T> WaitForExternalEventAsync<T>(string eventName, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(eventName);
        _turn.Require();
        return _serializer.Deserialize<T>(await Events.WaitAsync(eventName, cancellationToken))!;
    }

    public override async Task<T> WaitForExternalEventAsync<T>(string eventName, TimeSpan timeout)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(eventName);
        _turn.Require();
        if (timeout == TimeSpan.Zero) throw new TaskCanceledException($"No time was given to wait for event '{eventName}'.");
        using var timerWait = new CancellationTokenSource();
        using var eventWait = new CancellationTokenSource();
        var limit = WaitAsync(
            new() { FireAt = timeout < TimeSpan.Zero ? Never.FireAt : After(timeout), ExternalEvent = new() { Name = eventName } },
            timerWait.Token);
        var wait = WaitForExternalEventAsync<T>(eventName, eventWait.Token);
        // Cancelled synchronously, so that the workflow stays on its thread.
        if (await Task.WhenAny(wait, limit) == wait || limit.IsCanceled) timerWait.Cancel();
        else eventWait.Cancel();
        return await wait;
    }

    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(instanceId);
        ArgumentException.ThrowIfNullOrWhiteSpace(eventName);
        _turn.Require();
        Steps.Add(new()
        {
            SendEvent = new() { Instance = new() { InstanceId = instanceId }, Name = eventName, Data = _serializer.Serialize(payload) },
        });
    }

    public override void SetCustomStatus(object? customStatus)
    {
        _turn.Require();
        CustomStatus = customStatus is null ? null : _serializer.Serialize(customStatus);
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true)
    {
        _turn.Require();
        // The first wins, as it does at the sidecar.
        NextRun ??= new NextRun(_serializer.Serialize(newInput), preserveUnprocessedEvents);
    }

    public override Guid NewGuid()
    {
        _turn.Require();
        return _ids.NewGuid();
    }

    public override ILogger CreateReplaySafeLogger(string categoryName) =>
        new ReplaySafeLogger(_loggers.CreateLogger(categoryName), this);

    public override ILogger CreateReplaySafeLogger(System.Type type) => new ReplaySafeLogger(_loggers.CreateLogger(type), this);

    public override ILogger CreateReplaySafeLogger<T>() => new ReplaySafeLogger(_loggers.CreateLogger<T>(), this);

    private async Task<T> CallOnceAsync<T>(string name, object? input, WorkflowTaskOptions? options)
    {
        var call = new ScheduleTaskAction
        {
            Name = name,
            Input = _serializer.Serialize(input),
            TaskExecutionId = _ids.TaskExecutionId(Steps.NextId, name),
        };
        if (Scope(options) is { } scope) call.HistoryPropagationScope = scope;
        var outcome = await Steps.Open(new() { ScheduleTask = call, Router = RouterTo(options) }).Outcome;
        if (outcome.TaskCompleted is { } completed) return _serializer.Deserialize<T>(completed.Result)!;
        var failure = Failures.Read(outcome.TaskFailed.FailureDetails);
        throw new WorkflowTaskFailedException($"Task failed: {failure.ErrorMessage}", failure);
    }

    private async Task<T> CallChildOnceAsync<T>(string name, object? input, ChildWorkflowTaskOptions? options)
    {
        var call = new CreateChildWorkflowAction
        {
            Name = name,
            InstanceId = options?.InstanceId ?? _ids.NewGuid().ToString(),
            Input = _serializer.Serialize(input),
        };
        if (Scope(options) is { } scope) call.HistoryPropagationScope = scope;
        var outcome = await Steps.Open(new() { CreateChildWorkflow = call, Router = RouterTo(options) }).Outcome;
        if (outcome.ChildWorkflowInstanceCompleted is { } completed) return _serializer.Deserialize<T>(completed.Result)!;
        var failure = Failures.Read(outcome.ChildWorkflowInstanceFailed.FailureDetails);
        throw new WorkflowTaskFailedException($"Child workflow '{name}' failed", failure);
    }

    private async Task WaitAsync(CreateTimerAction timer, CancellationToken cancellationToken = default)
    {
        var step = Steps.Open(new() { CreateTimer = timer });
        _turn.OnCancelled(() => Steps.Abandon(step, cancellationToken), cancellationToken);
        await step.Outcome;
    }

    private Timestamp After(TimeSpan delay) => Timestamp.FromDateTime(_now.Add(delay));

    private TaskRouter? RouterTo(WorkflowTaskOptions? options) => string.IsNullOrWhiteSpace(options?.TargetAppId)
        ? null
        : new TaskRouter { SourceAppID = _appId ?? string.Empty, TargetAppID = options.TargetAppId };

    private static DurableTask.Protobuf.HistoryPropagationScope? Scope(WorkflowTaskOptions? options) => options?.PropagationScope switch
    {
        HistoryPropagationScope.OwnHistory => DurableTask.Protobuf.HistoryPropagationScope.OwnHistory,
        HistoryPropagationScope.Lineage => DurableTask.Protobuf.HistoryPropagationScope.Lineage,
        _ => null,
    };
}
