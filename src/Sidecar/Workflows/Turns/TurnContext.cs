using Dapr.DurableTask.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace McpMesh.Sidecar.Workflows.Turns;

/// <summary>Whose turn it is, and the moment it happens at.</summary>
internal sealed record TurnContext(string AppId, string Namespace, string InstanceId, DateTimeOffset Now)
{
    public Timestamp Timestamp => Timestamp.FromDateTimeOffset(Now);

    /// <summary>A fresh event; -1 is the id of what no action created.</summary>
    public HistoryEvent NewEvent(int eventId = -1) => new() { EventId = eventId, Timestamp = Timestamp };

    /// <summary>The event's route: from this app, and where the action said so to another one.</summary>
    public TaskRouter Route(TaskRouter? asked)
    {
        var route = asked?.Clone() ?? new TaskRouter();
        route.SourceAppID = AppId;
        return route;
    }

    public string TargetOf(TaskRouter? router) => router is { HasTargetAppID: true, TargetAppID.Length: > 0 } ? router.TargetAppID : AppId;
}
