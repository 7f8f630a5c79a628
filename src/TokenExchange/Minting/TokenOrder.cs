using System.Collections.Immutable;
using McpMesh.Identity;

namespace McpMesh.TokenExchange.Minting;

/// <summary>What an access token shall say beside what its ID-JAG says.</summary>
internal sealed record TokenOrder
{
    /// <summary><c>client_id</c>.</summary>
    public required string ClientId { get; init; }

    /// <summary><c>aud</c>.</summary>
    public required string Resource { get; init; }

    /// <summary>Scopes at most; the ID-JAG may narrow them.</summary>
    public required ImmutableArray<string> Scopes { get; init; }

    /// <summary><c>txn</c>.</summary>
    public required string Transaction { get; init; }

    /// <summary><c>act</c>.</summary>
    public required ActorChain Actors { get; init; }

    /// <summary><c>sid</c>.</summary>
    public string? Session { get; init; }

    /// <summary>No token of this order lives longer: the end of the session, or of the cached grant.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary><c>jti</c>, where it must be known before the token is there; null: a new one.</summary>
    public string? TokenId { get; init; }
}
