namespace McpMesh.Sidecar.Workflows.Turns;

/// <summary>A worker's answer cannot be applied; nothing of it is. The message tells the worker why.</summary>
internal sealed class TurnRefusedException(string message) : Exception(message);
