using McpMesh.DevIdp.Hosting;
using McpMesh.DevIdp.Organization;
using McpMesh.DevIdp.SignIn;
using McpMesh.DevIdp.Tokens;
using Microsoft.AspNetCore.WebUtilities;

namespace McpMesh.DevIdp.Authorization;

/// <summary>
/// <c>/logout</c> (OpenID Connect RP-Initiated Logout 1.0): ends the browser's session and revokes the refresh tokens that came from it. An
/// ID
/// token of that session proves that the request is meant; without one the user is asked.
/// </summary>
internal sealed class LogoutEndpoint(
    DirectoryFile directory, BrowserSessions sessions, FormProtection forms, SubjectTokens subjects, RefreshTokens refreshTokens)
{
    /// <summary>Signs out, or asks.</summary>
    public Task<IResult> ShowAsync(HttpContext context) => RefusedAsPage(context, async () =>
    {
        var query = new OAuthParameters(context.Request.Query);
        var (target, state) = (query["post_logout_redirect_uri"], query["state"]);
        var hint = query["id_token_hint"] is { } token ? subjects.ReadHint(token) : null;
        if (sessions.Find(context.Request) is { } session && hint?.Authentication.SessionId != session.SessionId)
            return SignInPage.SignOut(context, forms.Issue(context));

        await EndAsync(context, hint?.Authentication.SessionId);
        var client = hint is null ? null : directory.Current.FindClient(hint.ClientId);
        if (target is null || client is null || !RedirectUri.IsRegistered(client.PostLogoutRedirectUris, target)) return SignedOut(context);
        context.Response.Headers.Location = state is null ? target : QueryHelpers.AddQueryString(target, "state", state);
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    });

    /// <summary>Takes the answer to the question.</summary>
    public Task<IResult> ConfirmAsync(HttpContext context) => RefusedAsPage(context, async () =>
    {
        var form = await OAuthParameters.ReadFormAsync(context.Request, context.RequestAborted);
        if (!forms.Accepts(context.Request, form)) throw new OAuthException("invalid_request", "This form is no longer valid.");
        await EndAsync(context, sessions.Find(context.Request)?.SessionId);
        return SignedOut(context);
    });

    private static async Task<IResult> RefusedAsPage(HttpContext context, Func<Task<IResult>> action)
    {
        try
        {
            return await action();
        }
        catch (OAuthException e)
        {
            return SignInPage.Message(context, e.Status, "Not signed out", e.Message);
        }
    }

    private async Task EndAsync(HttpContext context, string? sessionId)
    {
        sessions.End(context);
        if (sessionId is not null) await refreshTokens.RevokeSessionAsync(sessionId, context.RequestAborted);
    }

    private static IResult SignedOut(HttpContext context) =>
        SignInPage.Message(context, StatusCodes.Status200OK, "Signed out", "You are signed out.");
}
