namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>An instance whose turn this sidecar has in hand, as it was when it was taken.</summary>
internal sealed record InstanceLease(InstanceRow Row, long Owner, long Fence)
{
    public long Number => Row.Number;
}
