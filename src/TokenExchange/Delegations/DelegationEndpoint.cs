using McpMesh.Identity;
using McpMesh.TokenExchange.Hops;
using McpMesh.TokenExchange.Minting;
using McpMesh.TokenExchange.OAuth;
using McpMesh.TokenExchange.Sessions;

namespace McpMesh.TokenExchange.Delegations;

/// <summary>
/// <c>POST /delegation</c>: a handle with which the gateway gets hop tokens for a call that outlives the agent's token. Through Dapr only.
/// It leaves no record of its own: every token that comes of it has one.
/// </summary>
internal sealed class DelegationEndpoint(
    SidecarToken sidecar, HopRequestValidator validator, SubjectSessions sessions, DelegationStore delegations, TokenRecords records,
    TimeProvider time)
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
            (subject, var caller) = await validator.ReadTokenAsync(form, callerId, cancellationToken);
            // Access control of the sidecar says so too; this holds where it is not in force.
            if (!caller.IsEntry)
            {
                throw new OAuthException(
                    "unauthorized_client", "Only the gateway holds calls that outlive a token.", StatusCodes.Status403Forbidden);
            }

            return Results.Json(await DelegateAsync(subject, cancellationToken), OAuthJson.Default.DelegationResponse);
        }
        catch (OAuthException refusal)
        {
            await records.RefusedAsync(new(refusal.Error, refusal.Message, subject is null ? null : callerId, Subject: subject),
                cancellationToken);
            throw;
        }
    }

    private async Task<DelegationResponse> DelegateAsync(AccessToken subject, CancellationToken cancellationToken)
    {
        var session = await sessions.RequireAsync(subject, cancellationToken);
        var seconds = (long)(session.ExpiresAt - time.GetUtcNow()).TotalSeconds;
        if (seconds < 1) throw new OAuthException("invalid_grant", "The session has ended.");
        return new() { Handle = await delegations.AddAsync(subject, session.ExpiresAt, cancellationToken), ExpiresIn = seconds };
    }
}
