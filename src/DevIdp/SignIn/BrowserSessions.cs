using McpMesh.DevIdp.Hosting;
using McpMesh.DevIdp.Organization;

namespace McpMesh.DevIdp.SignIn;

/// <summary>Who is signed in, by the browser's cookie: the second client gets its code without a second login.</summary>
internal sealed class BrowserSessions(DirectoryFile directory, TimeProvider time)
{
    private const string CookieName = "mesh_idp_session";

    private readonly ExpiringStore<Authentication> _sessions = new(time, capacity: 50_000);

    /// <summary>The browser's session; null when there is none or the user is no longer active.</summary>
    public Authentication? Find(HttpRequest request) =>
        request.Cookies[CookieName] is { Length: > 0 and <= 64 } cookie && _sessions.TryGet(RandomText.HashOf(cookie), out var session)
            && directory.Current.ActiveUser(session.UserId) is not null ? session : null;

    /// <summary>Signs in, always under a new cookie: one that a stranger planted gains nothing.</summary>
    /// <exception cref="OAuthException">There are too many sessions.</exception>
    public Authentication Start(HttpContext context, UserConfiguration user)
    {
        Forget(context.Request);
        var (settings, secret) = (directory.Current.Settings, RandomText.Secret());
        var session = new Authentication(user.Id, RandomText.Identifier(), time.GetUtcNow());
        if (!_sessions.TryAdd(RandomText.HashOf(secret), session, session.At + settings.SessionLifetime))
            throw new OAuthException("temporarily_unavailable", "Too many sessions.", StatusCodes.Status503ServiceUnavailable);
        context.Response.Cookies.Append(CookieName, secret, Cookie(settings.Issuer, SameSiteMode.Lax));
        return session;
    }

    /// <summary>Signs the browser out.</summary>
    public void End(HttpContext context)
    {
        Forget(context.Request);
        context.Response.Cookies.Delete(CookieName, Cookie(directory.Current.Settings.Issuer, SameSiteMode.Lax));
    }

    public static CookieOptions Cookie(string issuer, SameSiteMode sameSite) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        Path = "/",
        SameSite = sameSite,
        Secure = issuer.StartsWith("https:", StringComparison.Ordinal),
    };

    private void Forget(HttpRequest request)
    {
        if (request.Cookies[CookieName] is { Length: > 0 and <= 64 } cookie) _sessions.Remove(RandomText.HashOf(cookie));
    }
}
