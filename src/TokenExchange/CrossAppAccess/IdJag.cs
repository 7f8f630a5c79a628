using System.Collections.Immutable;

namespace McpMesh.TokenExchange.CrossAppAccess;

/// <summary>What a redeemed ID-JAG grants.</summary>
internal sealed record IdJag
{
    public required string Issuer { get; init; }

    /// <summary><c>jti</c>.</summary>
    public required string TokenId { get; init; }

    /// <summary>The user.</summary>
    public required string Subject { get; init; }

    /// <summary>The one resource that was granted and asked for.</summary>
    public required string Resource { get; init; }

    public required ImmutableArray<string> Scopes { get; init; }

    public required ImmutableArray<string> Groups { get; init; }

    /// <summary><c>acr</c>.</summary>
    public string? AuthenticationContext { get; init; }
}
