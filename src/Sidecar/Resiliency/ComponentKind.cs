namespace McpMesh.Sidecar.Resiliency;

/// <summary>Building blocks in the names of default policies: <c>DefaultStatestoreComponentOutboundRetryPolicy</c>.</summary>
internal enum ComponentKind
{
    Statestore,
    Pubsub,
    Secretstore,
    Configuration,
}
