using McpMesh.Identity;
using McpMesh.TokenExchange.Minting;
using McpMesh.TokenExchange.OAuth;
using McpMesh.TokenExchange.Registry;
using McpMesh.TokenExchange.Sessions;
using McpMesh.TokenExchange.Tokens;

namespace McpMesh.TokenExchange.Hops;

/// <summary><c>POST /hop</c>: the token for the next server (design §4). Through Dapr only.</summary>
internal sealed class HopEndpoint(
    SidecarToken sidecar, HopRequestValidator validator, SubjectSessions sessions, HopGrantCache grants, AccessTokenMint mint,
    TokenRecords records)
{
    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var cancellationToken = context.RequestAborted;
        var callerId = SidecarToken.CallerOf(context.Request);
        AccessToken? subject = null;
        try
        {
            sidecar.Require(context.Request);
            var form = await OAuthForm.ReadAsync(context.Request, cancellationToken);
            (subject, var caller) = await validator.ReadSubjectAsync(form, callerId, cancellationToken);
            var issued = await IssueAsync(validator.Read(form, subject, caller), cancellationToken);
            var response = issued.ToResponse() with { IssuedTokenType = GrantType.AccessTokenType, TokenId = issued.Claims.TokenId };
            return Results.Json(response, OAuthJson.Default.TokenResponse);
        }
        catch (OAuthException refusal)
        {
            await records.RefusedAsync(new(refusal.Error, refusal.Message, subject is null ? null : callerId, Subject: subject),
                cancellationToken);
            throw;
        }
    }

    private async Task<IssuedToken> IssueAsync(HopRequest request, CancellationToken cancellationToken)
    {
        var session = await sessions.RequireAsync(request.Subject, cancellationToken);
        var actors = request.Subject.Actors.Add(request.Caller.Actor);
        var key = new HopGrantKey(request.Subject.Subject, session.Id, actors, request.Target.Identifier, ScopeSet.Write(request.Scopes));
        var grant = await grants.GetAsync(key, session, cancellationToken);
        var order = new TokenOrder
        {
            ClientId = request.Caller.Actor,
            Resource = request.Target.Identifier,
            Scopes = request.Scopes,
            Transaction = request.Subject.Transaction,
            Actors = actors,
            Session = session.Id,
            NotAfter = grant.ExpiresAt < session.ExpiresAt ? grant.ExpiresAt : session.ExpiresAt,
        };
        return await mint.MintAsync(grant.Grant, order, cancellationToken);
    }
}
