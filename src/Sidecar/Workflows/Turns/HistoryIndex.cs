using Dapr.DurableTask.Protobuf;
using static Dapr.DurableTask.Protobuf.HistoryEvent;

namespace McpMesh.Sidecar.Workflows.Turns;

/// <summary>
/// What the rules of a turn need to know of a history, so that its events themselves need not be kept in parsed form. A turn works on an
/// index of its own over that of the past, which changes only once the turn is committed.
/// </summary>
internal sealed class HistoryIndex
{
    private readonly HistoryIndex? _past;
    private readonly HashSet<ResolutionKey> _created = [];
    private readonly HashSet<ResolutionKey> _resolved = [];
    private readonly List<string> _patches = [];

    public HistoryIndex()
    {
    }

    private HistoryIndex(HistoryIndex past)
    {
        _past = past;
        Start = past.Start;
        Completion = past.Completion;
        IsSuspended = past.IsSuspended;
        Stalled = past.Stalled;
        VersionName = past.VersionName;
    }

    /// <summary>Without its input, which may be large and no rule asks for.</summary>
    public ExecutionStartedEvent? Start { get; private set; }

    public OrchestrationStatus? Completion { get; private set; }

    public bool IsSuspended { get; private set; }

    /// <summary>Set while the last thing that happened is a stall.</summary>
    public ExecutionStalledEvent? Stalled { get; private set; }

    /// <summary>The version the run was started with, where the worker named one.</summary>
    public string? VersionName { get; private set; }

    /// <summary>All patches on record, in the order they were taken.</summary>
    public IEnumerable<string> Patches => _past is null ? _patches : _past.Patches.Concat(_patches);

    /// <summary>Completed beats stalled, stalled beats suspended; without a start it is pending.</summary>
    public OrchestrationStatus Status =>
        Start is null ? Stalled is null ? OrchestrationStatus.Pending : OrchestrationStatus.Stalled
        : Completion
        ?? (Stalled is not null ? OrchestrationStatus.Stalled
            : IsSuspended ? OrchestrationStatus.Suspended
            : OrchestrationStatus.Running);

    public HistoryIndex NextTurn() => new(this);

    public bool IsCreated(ResolutionKey key) => _created.Contains(key) || _past?.IsCreated(key) == true;

    public bool IsResolved(ResolutionKey key) => _resolved.Contains(key) || _past?.IsResolved(key) == true;

    /// <summary>An action id is used once in a history, whatever it created.</summary>
    public bool IsUsed(int id) =>
        IsCreated(new(ResolutionKind.Task, id)) || IsCreated(new(ResolutionKind.Timer, id)) || IsCreated(new(ResolutionKind.Child, id));

    /// <summary>Takes a second start, a second completion and a second resolution for what they are; false then.</summary>
    public bool TryAdd(HistoryEvent e)
    {
        switch (e.EventTypeCase)
        {
            case EventTypeOneofCase.ExecutionStarted when Start is not null:
            case EventTypeOneofCase.ExecutionCompleted when Completion is not null:
                return false;
            case EventTypeOneofCase.ExecutionStarted:
                Start = e.ExecutionStarted.Clone();
                Start.Input = null;
                break;
            case EventTypeOneofCase.ExecutionCompleted:
                Completion = e.ExecutionCompleted.WorkflowStatus;
                break;
            case EventTypeOneofCase.ExecutionSuspended:
                IsSuspended = true;
                break;
            case EventTypeOneofCase.ExecutionResumed:
                IsSuspended = false;
                break;
            case EventTypeOneofCase.WorkflowStarted when e.WorkflowStarted.Version is { } version:
                _patches.AddRange(version.Patches);
                if (version.HasName) VersionName ??= version.Name;
                break;
            default:
                if (ResolutionKey.Of(e) is { } resolution && (IsResolved(resolution) || !_resolved.Add(resolution))) return false;
                if (ResolutionKey.CreatedBy(e) is { } created) _created.Add(created);
                break;
        }

        Stalled = e.ExecutionStalled;
        return true;
    }
}
