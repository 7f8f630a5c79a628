using Dapr.DurableTask.Protobuf;

namespace McpMesh.Sidecar.Workflows.Turns;

/// <summary>What a turn sends to another instance.</summary>
internal sealed record OutgoingEvent(string AppId, string InstanceId, HistoryEvent Event);
