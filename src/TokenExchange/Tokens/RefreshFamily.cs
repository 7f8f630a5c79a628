using System.Collections.Immutable;

namespace McpMesh.TokenExchange.Tokens;

/// <summary>All refresh tokens that come from one authorization; only the newest one counts.</summary>
internal sealed record RefreshFamily
{
    public required string ClientId { get; init; }

    public required string SessionId { get; init; }

    public required string Resource { get; init; }

    /// <summary>What the user's sign-in granted; a refresh may ask for less, never for more.</summary>
    public required ImmutableArray<string> Scopes { get; init; }

    /// <summary>One authorization is one transaction, however often its token is renewed.</summary>
    public required string Transaction { get; init; }

    /// <summary>SHA-256 of the secret part of the newest token.</summary>
    public required string CurrentHash { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}
