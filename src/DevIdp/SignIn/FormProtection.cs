using System.Security.Cryptography;
using System.Text;
using McpMesh.DevIdp.Hosting;
using McpMesh.DevIdp.Organization;

namespace McpMesh.DevIdp.SignIn;

/// <summary>
/// Only a form that this IdP showed to this browser is taken: the form carries a MAC of a cookie that no other site can read or set, and
/// the
/// browser's <c>Origin</c>, where it sends one, is ours.
/// </summary>
internal sealed class FormProtection(DirectoryFile directory)
{
    /// <summary>Name of the hidden field.</summary>
    public const string Field = "csrf";

    private const string CookieName = "mesh_idp_form";

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>The value for the hidden field; sets the cookie when the browser has none.</summary>
    public string Issue(HttpContext context)
    {
        var cookie = context.Request.Cookies[CookieName];
        if (cookie is not { Length: 43 })
        {
            cookie = RandomText.Secret();
            var options = BrowserSessions.Cookie(directory.Current.Settings.Issuer, SameSiteMode.Strict);
            context.Response.Cookies.Append(CookieName, cookie, options);
        }

        return Mac(cookie);
    }

    /// <summary>Whether the posted form is ours.</summary>
    public bool Accepts(HttpRequest request, OAuthParameters form)
    {
        if (request.Cookies[CookieName] is not { Length: 43 } cookie || form[Field] is not { } sent) return false;
        return IsOurs(request, request.Headers.Origin.ToString())
            && SecretComparison.AreEqual(Mac(cookie), sent);
    }

    private bool IsOurs(HttpRequest request, string origin) =>
        origin.Length == 0 || origin == $"{request.Scheme}://{request.Host}" || origin == directory.Current.Settings.Issuer;

    private string Mac(string cookie) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(cookie)));
}
