using Dapr.DurableTask.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Dapr.Workflow.Worker.Replay;

/// <summary>The timer that does not fire: what a wait for an event without a limit records. Sidecars go by the year 9999.</summary>
internal static class Never
{
    /// <summary>9999-12-31T23:59:59.999999999Z.</summary>
    public static Timestamp FireAt => new() { Seconds = 253402300799, Nanos = 999999999 };

    public static bool Is(WorkflowAction action) =>
        action.CreateTimer is { OriginCase: CreateTimerAction.OriginOneofCase.ExternalEvent } timer && Is(timer.FireAt);

    public static bool Is(HistoryEvent created) =>
        created.TimerCreated is { OriginCase: TimerCreatedEvent.OriginOneofCase.ExternalEvent } timer && Is(timer.FireAt);

    private static bool Is(Timestamp? fireAt) => fireAt is { Seconds: 253402300799, Nanos: 999999999 };
}
