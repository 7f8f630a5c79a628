namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>An activity that this sidecar has in hand.</summary>
/// <param name="Request">ActivityRequest, as the worker gets it.</param>
internal sealed record ActivityLease(long Number, long Instance, long Generation, int TaskId, byte[] Request, long Owner, long Fence);
