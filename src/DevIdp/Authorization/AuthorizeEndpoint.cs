using McpMesh.DevIdp.Clients;
using McpMesh.DevIdp.Hosting;
using McpMesh.DevIdp.Organization;
using McpMesh.DevIdp.SignIn;
using Microsoft.AspNetCore.WebUtilities;

namespace McpMesh.DevIdp.Authorization;

/// <summary><c>/authorize</c>: shows the login form, takes it, and sends the browser back with a code (OIDC Core section 3.1.2).</summary>
internal sealed partial class AuthorizeEndpoint(
    DirectoryFile directory, BrowserSessions sessions, FormProtection forms, PasswordCheck passwords, AuthorizationCodes codes,
    TimeProvider time, ILogger<AuthorizeEndpoint> logger)
{
    /// <summary>Answers from the browser's session, or shows the form.</summary>
    public IResult Show(HttpContext context) => WithRequest(context, request =>
    {
        if (sessions.Find(context.Request) is { } session && Satisfies(session, request)) return Finish(context, request, session);
        return request.HasPrompt("none")
            ? throw new OAuthException("login_required", "The user is not signed in.")
            : Form(context, request, request.LoginHint, null, StatusCodes.Status200OK);
    });

    /// <summary>Takes the form.</summary>
    public async Task<IResult> SignInAsync(HttpContext context)
    {
        OAuthParameters form;
        try
        {
            form = await OAuthParameters.ReadFormAsync(context.Request, context.RequestAborted);
        }
        catch (OAuthException e)
        {
            return Refused(context, e);
        }

        return WithRequest(context, request =>
        {
            var username = form["username"] ?? "";
            if (!forms.Accepts(context.Request, form))
                return Form(context, request, username, "This form is no longer valid. Please try again.", StatusCodes.Status403Forbidden);
            var (user, wait) = passwords.Check(username, form["password"] ?? "");
            if (user is not null)
            {
                SignedIn(user.Id, request.Client.Id);
                return Finish(context, request, sessions.Start(context, user));
            }

            NotSignedIn(request.Client.Id);
            if (wait is null) return Form(context, request, username, "Wrong username or password.", StatusCodes.Status400BadRequest);
            var seconds = (int)Math.Ceiling(wait.Value.TotalSeconds);
            context.Response.Headers.RetryAfter = $"{seconds}";
            return Form(context, request, username, $"Too many attempts. Try again in {seconds} s.", StatusCodes.Status429TooManyRequests);
        });
    }

    /// <summary>
    /// Runs <paramref name="action"/> with the checked request. Until client and redirect URI are known to belong together nobody is
    /// redirected (RFC 6749 section 4.1.2.1); after that, errors go to the client.
    /// </summary>
    private IResult WithRequest(HttpContext context, Func<AuthorizationRequest, IResult> action)
    {
        var query = new OAuthParameters(context.Request.Query);
        Client client;
        string redirectUri;
        try
        {
            client = directory.Current.FindClient(query.Required("client_id"))
                ?? throw new OAuthException("invalid_request", "client_id: is not known.");
            redirectUri = query.Required("redirect_uri");
            if (!RedirectUri.IsRegistered(client.RedirectUris, redirectUri))
                throw new OAuthException("invalid_request", "redirect_uri: is not registered for this client.");
        }
        catch (OAuthException e)
        {
            return Refused(context, e);
        }

        try
        {
            return action(AuthorizationRequest.Read(query, client, redirectUri));
        }
        catch (OAuthException e)
        {
            return Redirect(context, redirectUri, ("error", e.Error), ("error_description", e.Message));
        }
    }

    private bool Satisfies(Authentication session, AuthorizationRequest request)
    {
        if (request.HasPrompt("login") || request.HasPrompt("select_account")) return false;
        if (request.MaxAge is { } age && time.GetUtcNow() - session.At > age) return false;
        if (request.LoginHint is not { } hint) return true;
        var user = directory.Current.ActiveUser(session.UserId);
        return string.Equals(user?.Username, hint, StringComparison.OrdinalIgnoreCase)
            || string.Equals(user?.Email, hint, StringComparison.OrdinalIgnoreCase);
    }

    private IResult Finish(HttpContext context, AuthorizationRequest request, Authentication session) =>
        Redirect(context, request.RedirectUri, ("code", codes.Issue(request, session)));

    private IResult Form(HttpContext context, AuthorizationRequest request, string? username, string? error, int status) =>
        SignInPage.SignIn(context, request.Client.Id, forms.Issue(context), username, error, status);

    private IResult Redirect(HttpContext context, string redirectUri, params IEnumerable<(string Name, string Value)> parameters)
    {
        // 303: a browser must not post the password on to the client.
        var all = parameters.Append(("iss", directory.Current.Settings.Issuer)).ToDictionary(p => p.Item1, p => (string?)p.Item2);
        if (context.Request.Query["state"] is { Count: 1 } state && state[0] is { Length: > 0 } sent) all["state"] = sent;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Location = QueryHelpers.AddQueryString(redirectUri, all);
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    private static IResult Refused(HttpContext context, OAuthException e) =>
        SignInPage.Message(context, e.Status, "This sign-in link does not work", e.Message);

    [LoggerMessage(20, LogLevel.Information, "User {UserId} signed in for client {ClientId}.")]
    private partial void SignedIn(string userId, string clientId);

    [LoggerMessage(21, LogLevel.Information, "A sign-in for client {ClientId} failed.")]
    private partial void NotSignedIn(string clientId);
}
