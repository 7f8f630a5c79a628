using McpMesh.Configuration;
using McpMesh.TokenExchange.CrossAppAccess;
using McpMesh.TokenExchange.OAuth;
using McpMesh.TokenExchange.Registry;
using McpMesh.TokenExchange.Sessions;

namespace McpMesh.TokenExchange.Minting;

/// <summary>Session to grant: asks the IdP for an ID-JAG for exactly one resource and redeems it as a foreign one would be.</summary>
internal sealed class TokenPipeline(
    IAssertionSource source, IdJagRedeemer redeemer, AccessTokenMint mint, ResourceRegistry resources, MeshConfiguration mesh)
{
    /// <summary>Asks the IdP and redeems its answer; no token yet.</summary>
    /// <exception cref="OAuthException">The IdP, or a check of its ID-JAG, refused.</exception>
    public async Task<IdJag> GrantAsync(SsoSession session, string resource, string scope, CancellationToken cancellationToken)
    {
        var assertion = await source.GetIdJagAsync(session, resource, scope, cancellationToken);
        var grant = await redeemer.RedeemAsync(assertion, mesh.Identity.Idp.GrantClientId, Registered, resource, cancellationToken);
        return string.Equals(grant.Subject, session.Subject, StringComparison.Ordinal)
            ? grant
            : throw new OAuthException("invalid_grant", "The ID-JAG is not accepted: it is for another user.");
    }

    /// <summary>The first token of a session for an agent.</summary>
    /// <exception cref="OAuthException">Refused.</exception>
    public async Task<IssuedToken> IssueAsync(SsoSession session, TokenOrder order, CancellationToken cancellationToken)
    {
        var grant = await GrantAsync(session, order.Resource, ScopeSet.Write(order.Scopes), cancellationToken);
        return await mint.MintAsync(grant, order with { Session = session.Id, NotAfter = session.ExpiresAt }, cancellationToken);
    }

    private MeshResource Registered(string identifier) =>
        resources.Find(identifier) ?? throw new OAuthException("invalid_target", "resource: is not registered.");
}
