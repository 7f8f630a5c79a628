using Dapr.DurableTask.Protobuf;

namespace McpMesh.Sidecar.Workflows.Turns;

/// <summary>What a turn changes: all of it is written at once, or nothing.</summary>
internal sealed class TurnOutcome
{
    /// <summary>Appended to the history: what came in, and what the actions made of it.</summary>
    public List<HistoryEvent> Events { get; } = [];

    /// <summary>TaskScheduled events whose activities are to run.</summary>
    public List<HistoryEvent> Tasks { get; } = [];

    /// <summary>TimerFired events as they will be when their time has come.</summary>
    public List<HistoryEvent> Timers { get; } = [];

    public List<ChildStart> Children { get; } = [];

    public List<OutgoingEvent> Sent { get; } = [];

    /// <summary>For the instance's own next turn.</summary>
    public List<HistoryEvent> ToSelf { get; } = [];

    /// <summary>ChildCompleted or ChildFailed for the parent.</summary>
    public HistoryEvent? ToParent { get; set; }

    /// <summary>Continue-as-new: the history is left behind, and a generation begins with these.</summary>
    public List<HistoryEvent>? NextGeneration { get; set; }

    /// <summary>The instance cannot go on for now: what came in stays where it is, and only this is put on record.</summary>
    public HistoryEvent? Stall { get; set; }

    /// <summary>Children are to be terminated too.</summary>
    public ExecutionTerminatedEvent? Cascade { get; set; }

    public OrchestrationStatus Status { get; set; }

    public string? CustomStatus { get; set; }
}
