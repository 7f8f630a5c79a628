using Dapr.DurableTask.Protobuf;

namespace McpMesh.Sidecar.Workflows.Turns;

/// <summary>A workflow that a turn starts.</summary>
/// <param name="TaskId">Under which its parent waits for it; null for one that nobody waits for.</param>
/// <param name="Started">Its ExecutionStarted.</param>
internal sealed record ChildStart(string AppId, string InstanceId, int? TaskId, HistoryEvent Started);
