using McpMesh.Configuration;

namespace McpMesh.Gateway.Approvals.Page;

/// <summary>The page's cookies: of the session, which no other site can make a browser send, and of one sign-in.</summary>
internal sealed class PageCookies(MeshConfiguration mesh)
{
    private readonly bool _isSecure = mesh.Gateway.PublicUrl.Scheme == Uri.UriSchemeHttps;

    public string? SessionOf(HttpContext http) => http.Request.Cookies[Name("mesh-approvals")];

    public void SetSession(HttpContext http, string secret, TimeSpan life) =>
        http.Response.Cookies.Append(Name("mesh-approvals"), secret, Options(SameSiteMode.Strict, life));

    public void SetLogin(HttpContext http, string state, string secret) =>
        // Lax: it must come with the redirect from the authorization server.
        http.Response.Cookies.Append(LoginName(state), secret, Options(SameSiteMode.Lax, PageSignIn.Longest));

    public string? TakeLogin(HttpContext http, string state)
    {
        var secret = http.Request.Cookies[LoginName(state)];
        http.Response.Cookies.Delete(LoginName(state), Options(SameSiteMode.Lax, PageSignIn.Longest));
        return secret;
    }

    // One a sign-in, so that two tabs do not overwrite each other.
    private string LoginName(string state) => Name("mesh-approvals-login-" + PageSecret.HashOf(state)[..12]);

    // The prefix is allowed with Secure only.
    private string Name(string name) => _isSecure ? "__Host-" + name : name;

    private CookieOptions Options(SameSiteMode sameSite, TimeSpan life) => new()
    {
        HttpOnly = true,
        Secure = _isSecure,
        SameSite = sameSite,
        Path = "/",
        MaxAge = life,
        IsEssential = true,
    };
}
