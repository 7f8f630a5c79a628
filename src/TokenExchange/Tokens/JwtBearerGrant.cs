using System.Collections.Immutable;
using McpMesh.Identity;
using McpMesh.TokenExchange.CrossAppAccess;
using McpMesh.TokenExchange.Minting;
using McpMesh.TokenExchange.OAuth;
using McpMesh.TokenExchange.Registry;
using McpMesh.TokenExchange.State;

namespace McpMesh.TokenExchange.Tokens;

/// <summary>
/// <c>jwt-bearer</c> with an ID-JAG that the agent got from the IdP (Enterprise-Managed Authorization, leg 2): an access token for the
/// ID-JAG's resource, no refresh token.
/// </summary>
internal sealed class JwtBearerGrant(IdJagRedeemer redeemer, ResourceRegistry resources, AccessTokenMint mint) : IGrantHandler
{
    public string GrantType => OAuth.GrantType.JwtBearer;

    public async Task<TokenResponse> HandleAsync(OAuthForm form, RegisteredClient client, CancellationToken cancellationToken)
    {
        var requested = form["scope"] is { } scope ? ScopeSet.Parse(scope) : (ImmutableArray<string>?)null;
        var grant = await redeemer.RedeemAsync(form.Require("assertion"), client.Id, resources.RequireEntry, form["resource"],
            cancellationToken);
        var order = new TokenOrder
        {
            ClientId = client.Id,
            Resource = grant.Resource,
            Scopes = client.Allowed(requested is null ? grant.Scopes : grant.Scopes.Intersect(requested, StringComparer.Ordinal)),
            Transaction = RandomSecret.NewId(),
            Actors = ActorChain.None.Add(client.Id),
        };
        return (await mint.MintAsync(grant, order, cancellationToken)).ToResponse();
    }
}
