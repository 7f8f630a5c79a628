namespace McpMesh.AppHost;

/// <summary>The endpoints that people and agents use.</summary>
internal sealed record PublicEndpoints(
    EndpointReference Gateway, EndpointReference TokenExchange, EndpointReference Policy, EndpointReference Audit, EndpointReference Idp);
