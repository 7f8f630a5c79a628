using System.Collections.Immutable;

namespace McpMesh.Identity;

/// <summary>The claims of a validated mesh access token (RFC 9068 profile, <c>typ: at+jwt</c>). Never holds the token itself.</summary>
public sealed record AccessToken
{
    /// <summary><c>iss</c>: the mesh authorization server.</summary>
    public required string Issuer { get; init; }

    /// <summary><c>sub</c>: the user (or the client itself for client credentials).</summary>
    public required string Subject { get; init; }

    /// <summary><c>aud</c>: exactly one resource (RFC 8707).</summary>
    public required string Audience { get; init; }

    /// <summary><c>client_id</c>: the OAuth client that the token was issued to.</summary>
    public required string ClientId { get; init; }

    /// <summary><c>jti</c>.</summary>
    public required string TokenId { get; init; }

    /// <summary><c>scope</c>, split.</summary>
    public required ImmutableArray<string> Scopes { get; init; }

    /// <summary><c>groups</c> (RFC 9068 section 2.2.3.1) as the IdP stated them in the grant.</summary>
    public required ImmutableArray<string> Groups { get; init; }

    /// <summary><c>iat</c>.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary><c>exp</c>.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary><c>txn</c>: equal on every hop of one chain.</summary>
    public required string Transaction { get; init; }

    /// <summary><c>sid</c>: the SSO session at the mesh AS that vouches for the subject; null when the subject has none.</summary>
    public string? Session { get; init; }

    /// <summary><c>act</c>.</summary>
    public required ActorChain Actors { get; init; }

    /// <summary><c>grant</c>: the ID-JAG that this token came from.</summary>
    public GrantReference? Grant { get; init; }

    /// <summary>
    /// Who the subject is beyond the mesh, for records and for binding handles: issuer of the identity and subject, <c>iss|sub</c>.
    /// </summary>
    public string SubjectIdentity => $"{Grant?.Issuer ?? Issuer}|{Subject}";

    /// <summary><c>acr</c>, when the IdP stated one.</summary>
    public string? AuthenticationContext { get; init; }
}
