using System.Collections.Immutable;

namespace McpMesh.Configuration;

/// <summary>Section <c>gateway</c>.</summary>
public sealed record GatewayConfiguration
{
    /// <summary>
    /// Where agents reach the gateway. Its OAuth resources are <c>{PublicUrl}/mcp</c> and <c>{PublicUrl}/mcp/{server}</c>. No trailing
    /// slash.
    /// </summary>
    public required Uri PublicUrl { get; init; }

    /// <summary>Origins of web pages that may call the gateway; none by default.</summary>
    public ImmutableArray<string> AllowedOrigins { get; init; } = [];

    /// <summary>Host names accepted beside that of <see cref="PublicUrl"/> and the loopback names.</summary>
    public ImmutableArray<string> AllowedHosts { get; init; } = [];
}
