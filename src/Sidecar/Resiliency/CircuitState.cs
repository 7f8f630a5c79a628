namespace McpMesh.Sidecar.Resiliency;

internal enum CircuitState
{
    Closed,
    Open,
    HalfOpen,
}
