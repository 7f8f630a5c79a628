using System.Collections.Frozen;
using McpMesh.TokenExchange.Limits;
using McpMesh.TokenExchange.Minting;
using McpMesh.TokenExchange.OAuth;
using McpMesh.TokenExchange.Registry;

namespace McpMesh.TokenExchange.Tokens;

/// <summary><c>POST /token</c>: authenticates the client, picks the grant, records a refusal.</summary>
internal sealed class TokenEndpoint(
    ClientAuthenticator authenticator, ClientQuota quota, IEnumerable<IGrantHandler> grants, TokenRecords records)
{
    private readonly FrozenDictionary<string, IGrantHandler> _grants =
        grants.ToFrozenDictionary(grant => grant.GrantType, StringComparer.Ordinal);

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        RegisteredClient? client = null;
        var isWithinQuota = false;
        try
        {
            var form = await OAuthForm.ReadAsync(context.Request, context.RequestAborted);
            var grantType = form.Require("grant_type");
            if (!_grants.TryGetValue(grantType, out var grant))
            {
                throw new OAuthException("unsupported_grant_type", "grant_type: is not one that this server takes.");
            }

            client = await authenticator.AuthenticateAsync(context.Request, form, context.RequestAborted);
            isWithinQuota = quota.TryTake(client.Id);
            if (!isWithinQuota) throw OAuthException.TooManyRequests();
            if (!client.MayUse(grantType))
            {
                throw new OAuthException("unauthorized_client", "grant_type: is not one that this client may use.");
            }
            return Results.Json(await grant.HandleAsync(form, client, context.RequestAborted), OAuthJson.Default.TokenResponse);
        }
        catch (OAuthException refusal)
        {
            await records.RefusedAsync(
                new(refusal.Error, refusal.Message, client?.Id) { IsUnproven = !isWithinQuota }, context.RequestAborted);
            throw;
        }
    }
}
