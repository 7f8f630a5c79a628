using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using McpMesh.Identity;
using McpMesh.TokenExchange.Minting;
using McpMesh.TokenExchange.OAuth;
using McpMesh.TokenExchange.Registry;
using McpMesh.TokenExchange.Sessions;
using McpMesh.TokenExchange.State;

namespace McpMesh.TokenExchange.Tokens;

/// <summary><c>refresh_token</c> with rotation: a token that was used before ends its whole family (OAuth 2.1 section 4.3.1).</summary>
internal sealed class RefreshTokenGrant(IRefreshStore refreshTokens, ISessionStore sessions, TokenPipeline pipeline) : IGrantHandler
{
    public string GrantType => OAuth.GrantType.RefreshToken;

    public async Task<TokenResponse> HandleAsync(OAuthForm form, RegisteredClient client, CancellationToken cancellationToken)
    {
        if (!RefreshToken.TryParse(form.Require("refresh_token"), out var presented)) throw Refuse("it is not one of ours");
        var stored = await refreshTokens.FindAsync(presented.Family, cancellationToken) ?? throw Refuse("it has ended");
        var family = stored.Value;
        if (!string.Equals(family.ClientId, client.Id, StringComparison.Ordinal)) throw Refuse("it was issued to another client");
        if (!IsCurrent(presented, family)) throw await EndAsync(presented, cancellationToken);
        if (form["resource"] is { } resource && !string.Equals(resource, family.Resource, StringComparison.Ordinal))
        {
            throw new OAuthException("invalid_target", "resource: is not that of the authorization.");
        }

        var session = await sessions.FindAsync(family.SessionId, cancellationToken);
        if (session is null)
        {
            await refreshTokens.RevokeAsync(presented.Family, cancellationToken);
            throw Refuse("the user's session has ended");
        }

        var issued = await pipeline.IssueAsync(session.Value, Order(family, Scopes(form, client, family)), cancellationToken);
        var next = RefreshToken.New(presented.Family);
        var rotated = family with { CurrentHash = StateKey.Hash(next.Secret) };
        return await refreshTokens.TryRotateAsync(presented.Family, rotated, stored.ETag, cancellationToken)
            ? issued.ToResponse(next)
            : throw await EndAsync(presented, cancellationToken);
    }

    // The client's registration may have shrunk since: what it may have now is what counts.
    private static ImmutableArray<string> Scopes(OAuthForm form, RegisteredClient client, RefreshFamily family)
    {
        var asked = form["scope"] is { } scope ? ScopeSet.Parse(scope) : family.Scopes;
        return client.Allowed(asked.Intersect(family.Scopes, StringComparer.Ordinal)) is { IsEmpty: false } scopes
            ? scopes
            : throw new OAuthException("invalid_scope", "scope: nothing of it was granted.");
    }

    private static TokenOrder Order(RefreshFamily family, ImmutableArray<string> scopes) => new()
    {
        ClientId = family.ClientId,
        Resource = family.Resource,
        Scopes = scopes,
        Transaction = family.Transaction,
        Actors = ActorChain.None.Add(family.ClientId),
    };

    private static bool IsCurrent(RefreshToken presented, RefreshFamily family) => CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(StateKey.Hash(presented.Secret)), Encoding.ASCII.GetBytes(family.CurrentHash));

    // Two parties hold it: nobody can tell which one is the thief.
    private async Task<OAuthException> EndAsync(RefreshToken presented, CancellationToken cancellationToken)
    {
        await refreshTokens.RevokeAsync(presented.Family, cancellationToken);
        return Refuse("it was used before");
    }

    private static OAuthException Refuse(string rule) => new("invalid_grant", $"The refresh token is not accepted: {rule}.");
}
