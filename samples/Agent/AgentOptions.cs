namespace McpMesh.Samples.Agent;

/// <summary>Where the agent finds the mesh, and how it works.</summary>
public sealed record AgentOptions
{
    /// <summary>OAuth client id of the agent at the mesh AS.</summary>
    public string ClientId { get; init; } = "sample-agent";

    /// <summary>MCP endpoint of the gateway; sign-in always happens here, because it is the OAuth resource.</summary>
    public required Uri Gateway { get; init; }

    /// <summary>HTTP endpoint of the agent's own Dapr sidecar; null works over plain HTTP.</summary>
    public Uri? Sidecar { get; init; }

    /// <summary>Token of that sidecar (<c>DAPR_API_TOKEN</c>).</summary>
    public string? SidecarToken { get; init; }

    /// <summary>MCP revision to speak; null negotiates.</summary>
    public string? ProtocolVersion { get; init; }

    /// <summary>How long a connection is used; null leaves it to .NET, zero makes every call on a connection of its own.</summary>
    public TimeSpan? ConnectionLifetime { get; init; }

    /// <summary>Where calls go: <c>invoke/gateway/method/mcp</c> of the sidecar, or the gateway itself.</summary>
    internal Uri WorkEndpoint => Sidecar is null ? Gateway : new Uri(Sidecar, "/v1.0/invoke/gateway/method/mcp");
}
