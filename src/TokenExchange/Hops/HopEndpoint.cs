using McpMesh.Identity;
using McpMesh.TokenExchange.CrossAppAccess;
using McpMesh.TokenExchange.Minting;
using McpMesh.TokenExchange.OAuth;
using McpMesh.TokenExchange.Registry;
using McpMesh.TokenExchange.Sessions;
using McpMesh.TokenExchange.Tokens;

namespace McpMesh.TokenExchange.Hops;

/// <summary><c>POST /hop</c>: the token for the next server (design §4). Through Dapr only.</summary>
internal sealed class HopEndpoint(
    SidecarToken sidecar, HopRequestValidator validator, ISessionStore sessions, HopGrantCache grants, AccessTokenMint mint,
    LoginRequired loginRequired, TokenRecords records)
{
    private const string CallerHeader = "dapr-caller-app-id";

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var cancellationToken = context.RequestAborted;
        var callerId = context.Request.Headers[CallerHeader] is { Count: 1 } values ? values[0] : null;
        AccessToken? subject = null;
        try
        {
            if (!sidecar.IsFromSidecar(context.Request))
            {
                throw new OAuthException("unauthorized_client", "This endpoint answers the sidecar only.", StatusCodes.Status403Forbidden);
            }

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
        var session = await FindSessionAsync(request.Subject, cancellationToken);
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

    // A token of a session lives and dies with that session; one that came by ID-JAG has none and may use the user's newest.
    private async Task<SsoSession> FindSessionAsync(AccessToken subject, CancellationToken cancellationToken)
    {
        var stored = subject switch
        {
            { Session: { } sessionId } => await sessions.FindAsync(sessionId, cancellationToken),
            { Grant: { } grant } => await sessions.FindBySubjectAsync(grant.Issuer, subject.Subject, cancellationToken),
            _ => null,
        };
        return stored is not null && string.Equals(stored.Value.Subject, subject.Subject, StringComparison.Ordinal)
            ? stored.Value
            : throw loginRequired.Because("The user has no session at the mesh; the user must sign in once.");
    }
}
