using Dapr.Common.Serialization;
using Dapr.DurableTask.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace WorkflowTests.Replay;

/// <summary>Events as a sidecar records them.</summary>
internal static class History
{
    public static readonly DateTime Noon = new(2026, 8, 1, 12, 0, 0, DateTimeKind.Utc);
    private static readonly JsonDaprSerializer Json = new();

    /// <summary>The start of a turn, so many minutes after noon.</summary>
    public static HistoryEvent Turn(double minutes = 0, params string[] patches)
    {
        var started = new WorkflowStartedEvent();
        if (patches.Length > 0) started.Version = new() { Patches = { patches } };
        return new() { EventId = -1, Timestamp = Timestamp.FromDateTime(Noon.AddMinutes(minutes)), WorkflowStarted = started };
    }

    public static HistoryEvent NamedTurn(string version) =>
        new() { EventId = -1, Timestamp = Timestamp.FromDateTime(Noon), WorkflowStarted = new() { Version = new() { Name = version } } };

    public static HistoryEvent Start(object? input = null, string name = "flow") =>
        new() { EventId = -1, ExecutionStarted = new() { Name = name, Input = Json.Serialize(input) } };

    public static HistoryEvent Scheduled(int id, string name) => new() { EventId = id, TaskScheduled = new() { Name = name } };

    public static HistoryEvent Completed(int id, object? result = null) =>
        new() { EventId = -1, TaskCompleted = new() { TaskScheduledId = id, Result = Json.Serialize(result) } };

    public static HistoryEvent Failed(int id, string message, string type = "System.InvalidOperationException") => new()
    {
        EventId = -1,
        TaskFailed = new() { TaskScheduledId = id, FailureDetails = new() { ErrorType = type, ErrorMessage = message } },
    };

    public static HistoryEvent TimerCreated(int id) => new() { EventId = id, TimerCreated = new() { CreateTimer = new() } };

    public static HistoryEvent EventTimer(int id, string name, Timestamp? fireAt = null) =>
        new() { EventId = id, TimerCreated = new() { FireAt = fireAt, ExternalEvent = new() { Name = name } } };

    public static HistoryEvent RetryTimer(int id) => new() { EventId = id, TimerCreated = new() { ActivityRetry = new() } };

    public static HistoryEvent ChildRetryTimer(int id) => new() { EventId = id, TimerCreated = new() { ChildWorkflowRetry = new() } };

    public static HistoryEvent Fired(int id) => new() { EventId = -1, TimerFired = new() { TimerId = id } };

    public static HistoryEvent ChildCreated(int id, string name) =>
        new() { EventId = id, ChildWorkflowInstanceCreated = new() { Name = name } };

    public static HistoryEvent ChildCompleted(int id, object? result = null) =>
        new() { EventId = -1, ChildWorkflowInstanceCompleted = new() { TaskScheduledId = id, Result = Json.Serialize(result) } };

    public static HistoryEvent ChildFailed(int id, string message) => new()
    {
        EventId = -1,
        ChildWorkflowInstanceFailed = new() { TaskScheduledId = id, FailureDetails = new() { ErrorType = "X", ErrorMessage = message } },
    };

    public static HistoryEvent Raised(string name, object? payload = null) =>
        new() { EventId = -1, EventRaised = new() { Name = name, Input = Json.Serialize(payload) } };

    public static HistoryEvent Sent(int id, string name) => new() { EventId = id, EventSent = new() { Name = name } };

    public static HistoryEvent Suspended() => new() { EventId = -1, ExecutionSuspended = new() };

    public static HistoryEvent Resumed() => new() { EventId = -1, ExecutionResumed = new() };

    public static HistoryEvent Terminated(object? output = null) =>
        new() { EventId = -1, ExecutionTerminated = new() { Input = Json.Serialize(output) } };
}
