using System.Collections.Immutable;

namespace McpMesh.Configuration;

/// <summary>
/// One entry of <c>clients</c>: an agent. It is registered at the mesh AS and allowed by policy for at most <see cref="Scopes"/>.
/// </summary>
public sealed record ClientConfiguration
{
    /// <summary>OAuth client id.</summary>
    public required string Id { get; init; }

    /// <summary>Name for people.</summary>
    public string Name { get; init; } = "";

    /// <summary>Exact redirect URIs; on a loopback host the port may differ (RFC 8252 section 7.3).</summary>
    public ImmutableArray<Uri> RedirectUris { get; init; } = [];

    /// <summary>Key of the client secret in the Dapr secret store; null makes it a public client.</summary>
    public string? Secret { get; init; }

    /// <summary>Grants it may use: <c>authorization_code</c> (with <c>refresh_token</c>), <c>jwt-bearer</c>.</summary>
    public ImmutableArray<string> Grants { get; init; } = ["authorization_code"];

    /// <summary>The most it may do for anybody: <c>server.tool</c> or <c>server.*</c>.</summary>
    public ImmutableArray<string> Scopes { get; init; } = [];
}
