using System.Collections.Immutable;

namespace McpMesh.DevIdp.Organization;

/// <summary>One entry of <c>clients</c>. Neither secret nor keys: a public client.</summary>
internal sealed record RelyingPartyConfiguration
{
    public required string Id { get; init; }

    /// <summary>For <c>client_secret_basic</c> and <c>client_secret_post</c>.</summary>
    public string? Secret { get; init; }

    /// <summary>A public JWK set as JSON text, for <c>private_key_jwt</c>.</summary>
    public string? Jwks { get; init; }

    /// <summary>Compared exactly; a loopback address without a port matches every port (RFC 8252 section 7.3).</summary>
    public ImmutableArray<string> RedirectUris { get; init; } = [];

    /// <summary>Where the browser may be sent after signing out; compared the same way.</summary>
    public ImmutableArray<string> PostLogoutRedirectUris { get; init; } = [];
}
