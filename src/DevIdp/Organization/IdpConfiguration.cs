using System.Collections.Immutable;

namespace McpMesh.DevIdp.Organization;

/// <summary>idp.yaml: who exists, which clients there are, and what the administrator lets them reach.</summary>
internal sealed record IdpConfiguration
{
    /// <summary>Issuer identifier: scheme and authority, nothing after it.</summary>
    public required string Issuer { get; init; }

    public TimeSpan IdTokenLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Life of a refresh token's family; rotation does not extend it.</summary>
    public TimeSpan RefreshTokenLifetime { get; init; } = TimeSpan.FromHours(24);

    public TimeSpan IdJagLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Life of the access token for <c>/userinfo</c>.</summary>
    public TimeSpan AccessTokenLifetime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long the browser stays signed in.</summary>
    public TimeSpan SessionLifetime { get; init; } = TimeSpan.FromHours(12);

    public ImmutableArray<UserConfiguration> Users { get; init; } = [];

    public ImmutableArray<RelyingPartyConfiguration> Clients { get; init; } = [];

    /// <summary>The administrator's list: which client gets an ID-JAG for whom and for what. What is not on it is refused.</summary>
    public ImmutableArray<CrossAppAccessConfiguration> CrossAppAccess { get; init; } = [];
}
