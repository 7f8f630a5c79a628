using System.Collections.Immutable;
using McpMesh.Identity;

namespace McpMesh.TokenExchange.Delegations;

/// <summary>What a delegation keeps of the token it was made from: its claims, never the token.</summary>
internal sealed record DelegatedSubject
{
    public required string Issuer { get; init; }

    public required string Subject { get; init; }

    /// <summary>The caller's resource: who owns it may use the delegation.</summary>
    public required string Audience { get; init; }

    public required string ClientId { get; init; }

    public required string TokenId { get; init; }

    public required ImmutableArray<string> Scopes { get; init; }

    public required ImmutableArray<string> Groups { get; init; }

    public required string Transaction { get; init; }

    public string? Session { get; init; }

    /// <summary>Actor chain, newest first.</summary>
    public required ImmutableArray<string> Actors { get; init; }

    public GrantReference? Grant { get; init; }

    public string? AuthenticationContext { get; init; }

    public required DateTimeOffset DelegatedAt { get; init; }

    /// <summary>End of the SSO session that vouches for the subject.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    public static DelegatedSubject Of(AccessToken token, DateTimeOffset now, DateTimeOffset expiresAt) => new()
    {
        Issuer = token.Issuer,
        Subject = token.Subject,
        Audience = token.Audience,
        ClientId = token.ClientId,
        TokenId = token.TokenId,
        Scopes = token.Scopes,
        Groups = token.Groups,
        Transaction = token.Transaction,
        Session = token.Session,
        Actors = token.Actors.Actors,
        Grant = token.Grant,
        AuthenticationContext = token.AuthenticationContext,
        DelegatedAt = now,
        ExpiresAt = expiresAt,
    };

    /// <summary>The claims as of a token that lives as long as the delegation.</summary>
    public AccessToken ToToken() => new()
    {
        Issuer = Issuer,
        Subject = Subject,
        Audience = Audience,
        ClientId = ClientId,
        TokenId = TokenId,
        Scopes = Scopes,
        Groups = Groups,
        IssuedAt = DelegatedAt,
        ExpiresAt = ExpiresAt,
        Transaction = Transaction,
        Session = Session,
        Actors = new(Actors),
        Grant = Grant,
        AuthenticationContext = AuthenticationContext,
    };
}
