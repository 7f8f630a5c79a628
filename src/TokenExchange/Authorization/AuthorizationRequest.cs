using System.Collections.Immutable;

namespace McpMesh.TokenExchange.Authorization;

/// <summary>A validated request of an agent at <c>/authorize</c>, as kept until the user has signed in.</summary>
internal sealed record AuthorizationRequest
{
    public required string ClientId { get; init; }

    /// <summary>Where to answer: built from a registered URI.</summary>
    public required Uri RedirectUri { get; init; }

    /// <summary><c>redirect_uri</c> as sent: the token request must repeat it.</summary>
    public required string RequestedRedirectUri { get; init; }

    /// <summary><c>state</c>, returned as it came.</summary>
    public string? State { get; init; }

    /// <summary>PKCE S256 challenge.</summary>
    public required string CodeChallenge { get; init; }

    public required string Resource { get; init; }

    public required ImmutableArray<string> Scopes { get; init; }
}
