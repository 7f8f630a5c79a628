using McpMesh.Configuration;
using McpMesh.Identity;
using McpMesh.Identity.Tokens;
using McpMesh.TokenExchange.CrossAppAccess;
using McpMesh.TokenExchange.OAuth;
using McpMesh.TokenExchange.Signing;
using McpMesh.TokenExchange.State;

namespace McpMesh.TokenExchange.Minting;

/// <summary>The one place where access tokens come into being: always from a redeemed ID-JAG, always with a durable record first.</summary>
internal sealed class AccessTokenMint(SigningKeyRing keys, TokenRecords records, MeshConfiguration mesh, TimeProvider time)
{
    private static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(1);

    private readonly string _issuer = mesh.Identity.Issuer.OriginalString.TrimEnd('/');

    /// <summary>How long a token lives that nothing shortens.</summary>
    public TimeSpan Lifetime { get; } = mesh.Identity.AccessTokenLifetime < LongestLife ? mesh.Identity.AccessTokenLifetime : LongestLife;

    /// <exception cref="OAuthException"><c>invalid_scope</c> when the ID-JAG leaves nothing of the order.</exception>
    public async Task<IssuedToken> MintAsync(IdJag grant, TokenOrder order, CancellationToken cancellationToken)
    {
        var issuedAt = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
        var claims = new AccessToken
        {
            Issuer = _issuer,
            Subject = grant.Subject,
            Audience = grant.Resource,
            ClientId = order.ClientId,
            TokenId = order.TokenId ?? RandomSecret.NewId(),
            Scopes = [.. order.Scopes.Intersect(grant.Scopes, StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Groups = grant.Groups,
            IssuedAt = issuedAt,
            ExpiresAt = End(issuedAt, order.NotAfter),
            Transaction = order.Transaction,
            Session = order.Session,
            Actors = order.Actors,
            Grant = new(grant.Issuer, grant.TokenId),
            AuthenticationContext = grant.AuthenticationContext,
        };
        if (claims.Scopes.IsEmpty) throw new OAuthException("invalid_scope", "scope: nothing of it is granted for this user and resource.");
        if (claims.ExpiresAt - issuedAt < ShortestLife) throw new OAuthException("invalid_grant", "The session has ended.");
        var compact = AccessTokenWriter.Write(claims, await keys.GetActiveAsync(cancellationToken));
        await records.IssuedAsync(claims, cancellationToken);
        return new(compact, claims);
    }

    private DateTimeOffset End(DateTimeOffset issuedAt, DateTimeOffset? notAfter)
    {
        var end = issuedAt + Lifetime;
        return notAfter is { } limit && limit < end ? limit : end;
    }
}
