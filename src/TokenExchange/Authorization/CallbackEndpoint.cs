using McpMesh.Configuration;
using McpMesh.TokenExchange.Idp;
using McpMesh.TokenExchange.Minting;
using McpMesh.TokenExchange.OAuth;
using McpMesh.TokenExchange.Sessions;
using McpMesh.TokenExchange.State;

namespace McpMesh.TokenExchange.Authorization;

/// <summary><c>GET /callback</c>: the IdP sends the user back; a session begins and the agent gets a code.</summary>
internal sealed class CallbackEndpoint(
    ILoginStore logins, LoginStarter starter, IIdpClient idp, IdpDiscovery discovery, IdTokenValidator validator, SessionCipher cipher,
    ISessionStore sessions, ICodeStore codes, AgentRedirect redirects, TokenRecords records, MeshConfiguration mesh, TimeProvider time)
{
    private static readonly TimeSpan CodeLife = TimeSpan.FromSeconds(60);

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var cancellationToken = context.RequestAborted;
        var state = Single(query, "state");
        var login = state is null ? null : await logins.TakeAsync(state, cancellationToken);
        if (login is null || !starter.IsSameBrowser(context, state!, login))
        {
            const string Reason = "It was not begun in this browser, it took too long, or it is done already.";
            await RecordAsync(new("access_denied", Reason), login, cancellationToken);
            return new PageResult(StatusCodes.Status400BadRequest, "This sign-in cannot go on", Reason);
        }

        try
        {
            var session = await SignInAsync(query, login, cancellationToken);
            if (login.Request is not { } request)
            {
                return new PageResult(StatusCodes.Status200OK, "You are signed in", "You can close this page and go back to your agent.");
            }

            var code = RandomSecret.New();
            var value = new AuthorizationCode { Request = request, SessionId = session.Id, ExpiresAt = time.GetUtcNow() + CodeLife };
            await codes.AddAsync(code, value, cancellationToken);
            return redirects.Code(request.RedirectUri, request.State, code);
        }
        catch (OAuthException refusal)
        {
            await RecordAsync(refusal, login, cancellationToken);
            return login.Request is { } request
                ? redirects.Error(request.RedirectUri, request.State, refusal)
                : new PageResult(refusal.Status, "You are not signed in", refusal.Message);
        }
    }

    private ValueTask RecordAsync(OAuthException refusal, LoginTransaction? login, CancellationToken cancellationToken) =>
        records.RefusedAsync(
        new(refusal.Error, refusal.Message, login?.Request?.ClientId, login?.Request?.Resource) { IsUnproven = true }, cancellationToken);

    private async Task<SsoSession> SignInAsync(IQueryCollection query, LoginTransaction login, CancellationToken cancellationToken)
    {
        await CheckIssuerAsync(query, cancellationToken);
        if (Single(query, "error") is { } error) throw Refusal(error);
        if (Single(query, "code") is not { } code)
        {
            throw new OAuthException("server_error", "The identity provider answered without a code.");
        }
        IdpTokenResponse answer;
        try
        {
            answer = await idp.RedeemCodeAsync(code, login.CodeVerifier, starter.Callback, cancellationToken);
        }
        catch (IdpRefusedException refused)
        {
            throw new OAuthException("server_error", "The identity provider did not accept its own code.", inner: refused);
        }

        if (answer.IdToken is null) throw new OAuthException("server_error", "The identity provider gave no ID token.");
        var idToken = await ValidateAsync(answer.IdToken, login.Nonce, cancellationToken);
        return await BeginAsync(idToken, new(answer.IdToken, answer.RefreshToken), cancellationToken);
    }

    private async Task<SsoSession> BeginAsync(IdToken idToken, IdpTokens tokens, CancellationToken cancellationToken)
    {
        var id = RandomSecret.New();
        var latest = time.GetUtcNow() + mesh.Identity.SessionLifetime;
        var session = new SsoSession
        {
            Id = id,
            Issuer = discovery.Issuer,
            Subject = idToken.Subject,
            // Without a refresh token the session ends with its ID token.
            ExpiresAt = tokens.RefreshToken is null && idToken.ExpiresAt < latest ? idToken.ExpiresAt : latest,
            IdTokenIssuedAt = idToken.IssuedAt,
            IdTokenExpiresAt = idToken.ExpiresAt,
            Sealed = await cipher.SealAsync(tokens, id, idToken.Subject, cancellationToken),
        };
        await sessions.AddAsync(session, cancellationToken);
        return session;
    }

    // RFC 9207: an answer from another party than the one the browser was sent to is a mix-up.
    private async Task CheckIssuerAsync(IQueryCollection query, CancellationToken cancellationToken)
    {
        var metadata = await discovery.GetMetadataAsync(cancellationToken);
        var issuer = Single(query, "iss");
        if (issuer is null ? metadata.NamesIssuerInResponse : !string.Equals(issuer, metadata.Issuer, StringComparison.Ordinal))
        {
            throw new OAuthException("server_error", "The answer does not come from the identity provider.");
        }
    }

    private async Task<IdToken> ValidateAsync(string idToken, string nonce, CancellationToken cancellationToken)
    {
        try
        {
            return await validator.ValidateAsync(idToken, nonce, cancellationToken);
        }
        catch (OAuthException refusal) when (refusal.Error == "invalid_grant")
        {
            // invalid_grant is no error of the authorization endpoint.
            throw new OAuthException("server_error", refusal.Message, inner: refusal);
        }
    }

    private static OAuthException Refusal(string error) => error is "access_denied" or "login_required" or "temporarily_unavailable"
        ? new(error, "The identity provider did not sign the user in.")
        : new("server_error", "The identity provider could not sign the user in.");

    private static string? Single(IQueryCollection query, string name) =>
        query[name] is { Count: 1 } values && !string.IsNullOrEmpty(values[0]) ? values[0] : null;
}
