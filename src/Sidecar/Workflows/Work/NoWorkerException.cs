namespace McpMesh.Sidecar.Workflows.Work;

/// <summary>The last worker has gone, or the sidecar stops: what is in hand goes back.</summary>
internal sealed class NoWorkerException() : Exception("there is no worker");
