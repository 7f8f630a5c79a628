using Dapr.DurableTask.Protobuf;
using static Dapr.DurableTask.Protobuf.HistoryEvent;

namespace McpMesh.Sidecar.Workflows.Turns;

/// <summary>
/// One turn of an instance, without any I/O: <see cref="Begin"/> decides what of the inbox the worker is shown, <see cref="Apply"/> what
/// its answer changes.
/// </summary>
internal sealed class Turn
{
    private readonly HistoryIndex _past;
    private readonly List<HistoryEvent> _newEvents = [];

    private Turn(HistoryIndex past)
    {
        _past = past;
        Index = past.NextTurn();
    }

    /// <summary>The past and what is new.</summary>
    public HistoryIndex Index { get; }

    /// <summary>WorkflowStarted, which carries the time of the turn, and what of the inbox counts.</summary>
    public IReadOnlyList<HistoryEvent> NewEvents => _newEvents;

    /// <summary>Set when the turn has to end the instance.</summary>
    public ExecutionTerminatedEvent? Terminated { get; private init; }

    /// <summary>False when nothing of the inbox counts: it is dropped, and no worker is asked.</summary>
    public bool HasWork => _newEvents.Count > 1;

    /// <summary>
    /// Drops what the history already knows: the second resolution of a task, timer or child, a second start; and the resolution of
    /// something that this generation never created.
    /// </summary>
    public static Turn Begin(HistoryIndex past, IReadOnlyList<HistoryEvent> inbox, TurnContext context)
    {
        var turn = new Turn(past)
        {
            Terminated = inbox.FirstOrDefault(e => e.EventTypeCase == EventTypeOneofCase.ExecutionTerminated)?.ExecutionTerminated,
        };
        var started = context.NewEvent();
        started.WorkflowStarted = new WorkflowStartedEvent();
        turn._newEvents.Add(started);
        foreach (var e in inbox)
        {
            if (ResolutionKey.Of(e) is { } key && !past.IsCreated(key)) continue;
            if (turn.Index.TryAdd(e)) turn._newEvents.Add(e);
        }

        return turn;
    }

    /// <summary>What the worker's answer changes.</summary>
    /// <exception cref="TurnRefusedException">It cannot be an answer to this turn.</exception>
    public TurnOutcome Apply(WorkflowResponse response, TurnContext context)
    {
        if (StallOf(response, context) is { } stall)
        {
            if (Terminated is null) return stall;
            response = new WorkflowResponse(); // It ends whatever version of its code there is, but not as other code wants.
        }

        var outcome = new TurnOutcome { CustomStatus = response.CustomStatus };
        var actions = new ActionRules(Index, context, outcome);
        Record(PatchRules.NewPart(_past, response.Version), outcome);
        foreach (var action in response.Actions)
        {
            // Continued, it would outlive its termination.
            if (Terminated is not null && action.CompleteWorkflow is { WorkflowStatus: OrchestrationStatus.ContinuedAsNew }) continue;
            actions.Apply(action);
            if (outcome.NextGeneration is not null) break;
        }

        if (Terminated is not null && Index.Completion is null) actions.Terminate(Terminated.Input);
        if (Terminated is { Recurse: true } && Index.Completion is not null) outcome.Cascade = Terminated;
        outcome.Status = outcome.NextGeneration is null ? Index.Status : OrchestrationStatus.Running;
        return outcome;
    }

    /// <summary>Ends an instance that has to end without its worker, because its history no longer fits into a message.</summary>
    public TurnOutcome ApplyTermination(TurnContext context) => Apply(new WorkflowResponse(), context);

    /// <summary>Puts a stall on record, once for each reason; the inbox waits.</summary>
    public TurnOutcome Stall(StalledReason reason, string description, TurnContext context)
    {
        var outcome = new TurnOutcome { Status = OrchestrationStatus.Stalled };
        if (_past.Stalled is { } last && last.Reason == reason && last.Description == description) return outcome;
        outcome.Stall = context.NewEvent();
        outcome.Stall.ExecutionStalled = new ExecutionStalledEvent { Reason = reason, Description = description };
        return outcome;
    }

    // A suspended worker answers nothing at all, which tells nothing about its version.
    private TurnOutcome? StallOf(WorkflowResponse response, TurnContext context)
    {
        if (response.Actions.Count == 0 && response.Version is null) return null;
        if (PatchRules.MismatchOf(_past, response.Version) is { } mismatch)
            return Stall(StalledReason.PatchMismatch, mismatch, context);
        return response.Actions.Any(action => action.WorkflowVersionNotAvailable is not null)
            ? Stall(StalledReason.VersionNotAvailable, $"Version not available: {Index.VersionName}", context)
            : null;
    }

    private void Record(WorkflowVersion? version, TurnOutcome outcome)
    {
        var started = _newEvents[0];
        if (version is not null)
        {
            // The worker may have been shown this very event: it stays as it was.
            started = started.Clone();
            started.WorkflowStarted.Version = version;
        }

        Index.TryAdd(started);
        outcome.Events.Add(started);
        outcome.Events.AddRange(_newEvents.Skip(1));
    }
}
