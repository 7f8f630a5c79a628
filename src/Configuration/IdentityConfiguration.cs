namespace McpMesh.Configuration;

/// <summary>Section <c>identity</c>.</summary>
public sealed record IdentityConfiguration
{
    /// <summary>Issuer identifier of the mesh AS (token-exchange) and base of its public endpoints. No trailing slash.</summary>
    public required Uri Issuer { get; init; }

    /// <summary>Lifetime of an access token; at most 10 minutes.</summary>
    public TimeSpan AccessTokenLifetime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Longest life of an SSO session at the mesh AS.</summary>
    public TimeSpan SessionLifetime { get; init; } = TimeSpan.FromHours(12);

    /// <summary>The organization's identity provider.</summary>
    public required IdentityProviderConfiguration Idp { get; init; }
}
