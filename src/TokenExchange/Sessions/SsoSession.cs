namespace McpMesh.TokenExchange.Sessions;

/// <summary>A user's SSO session at the mesh AS, as stored: what vouches for the user on every hop.</summary>
internal sealed record SsoSession
{
    /// <summary><c>sid</c> of the tokens that it vouches for.</summary>
    public required string Id { get; init; }

    /// <summary>Issuer of the identity.</summary>
    public required string Issuer { get; init; }

    /// <summary>The user at that issuer.</summary>
    public required string Subject { get; init; }

    /// <summary>No token lives longer.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When the ID token inside ends, so that renewal needs no decryption.</summary>
    public required DateTimeOffset IdTokenIssuedAt { get; init; }

    /// <summary>End of the ID token inside.</summary>
    public required DateTimeOffset IdTokenExpiresAt { get; init; }

    /// <summary>The IdP's tokens, sealed with AES-256-GCM; base64.</summary>
    public required string Sealed { get; init; }

    /// <summary>A replica is refreshing at the IdP until then at the latest; a rotated refresh token must be used by one only.</summary>
    public DateTimeOffset? RefreshingUntil { get; init; }
}
