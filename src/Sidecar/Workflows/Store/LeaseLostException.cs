namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>Somebody else has the instance or activity in hand by now, or it is gone. Nothing was written.</summary>
internal sealed class LeaseLostException(string what) : Exception($"{what} is no longer in this sidecar's hands; nothing was changed");
