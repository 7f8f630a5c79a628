using System.Security.Cryptography;
using System.Text;
using McpMesh.Configuration;
using McpMesh.Identity.Jose;
using McpMesh.TokenExchange.Idp;
using McpMesh.TokenExchange.State;
using Microsoft.AspNetCore.WebUtilities;

namespace McpMesh.TokenExchange.Authorization;

/// <summary>Sends a browser to the IdP as relying party: PKCE, nonce, state, and a cookie that ties the sign-in to this browser.</summary>
internal sealed class LoginStarter(IdpDiscovery discovery, ILoginStore logins, MeshConfiguration mesh)
{
    private const string Scope = "openid profile email offline_access groups";

    /// <summary>Where the IdP sends the browser back.</summary>
    public Uri Callback { get; } = new($"{mesh.Identity.Issuer.OriginalString.TrimEnd('/')}/callback");

    public async Task<IResult> StartAsync(HttpContext context, AuthorizationRequest? request)
    {
        var metadata = await discovery.GetMetadataAsync(context.RequestAborted);
        var (state, browser) = (RandomSecret.New(), RandomSecret.New());
        var login = new LoginTransaction
        {
            Request = request,
            Nonce = RandomSecret.New(),
            CodeVerifier = RandomSecret.New(),
            BrowserHash = StateKey.Hash(browser),
        };
        await logins.AddAsync(state, login, context.RequestAborted);
        context.Response.Cookies.Append(CookieName(state), browser, CookieOptions());
        var query = new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = mesh.Identity.Idp.ClientId,
            ["redirect_uri"] = Callback.AbsoluteUri,
            ["scope"] = Scope,
            ["state"] = state,
            ["nonce"] = login.Nonce,
            ["code_challenge"] = Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(login.CodeVerifier))),
            ["code_challenge_method"] = "S256",
        };
        return Results.Redirect(QueryHelpers.AddQueryString(metadata.AuthorizationEndpoint.AbsoluteUri, query));
    }

    /// <summary>Whether the browser that comes back is the one that began; its cookie is used up.</summary>
    public bool IsSameBrowser(HttpContext context, string state, LoginTransaction login)
    {
        var name = CookieName(state);
        var browser = context.Request.Cookies[name];
        context.Response.Cookies.Delete(name, CookieOptions());
        return browser is not null && CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(StateKey.Hash(browser)), Encoding.ASCII.GetBytes(login.BrowserHash));
    }

    private bool IsSecure => mesh.Identity.Issuer.Scheme == Uri.UriSchemeHttps;

    // One cookie per sign-in, so that two tabs do not overwrite each other. The prefix is only allowed with Secure.
    private string CookieName(string state) => $"{(IsSecure ? "__Host-" : "")}mesh-login-{StateKey.Hash(state)[..12]}";

    private CookieOptions CookieOptions() => new()
    {
        HttpOnly = true,
        Secure = IsSecure,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        MaxAge = TimeSpan.FromMinutes(10),
        IsEssential = true,
    };
}
