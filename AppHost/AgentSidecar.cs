namespace McpMesh.AppHost;

/// <summary>Where an agent finds its sidecar, and what it shows there.</summary>
internal sealed record AgentSidecar(EndpointReference Endpoint, string ApiToken);
