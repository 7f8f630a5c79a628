namespace McpMesh.Sidecar.Workflows.Turns;

internal enum ResolutionKind
{
    Task,
    Timer,
    Child,
}
