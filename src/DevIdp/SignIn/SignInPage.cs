using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;

namespace McpMesh.DevIdp.SignIn;

/// <summary>The HTML pages: no script, no foreign resource.</summary>
internal static class SignInPage
{
    private const string Style = """
        :root{color-scheme:light dark;font-family:system-ui,sans-serif;line-height:1.5}
        body{margin:0;min-height:100vh;display:grid;place-items:center;background:Canvas}
        main{width:min(22rem,90vw);padding:2rem;border:1px solid #8884;border-radius:.75rem;box-shadow:0 8px 30px #0002}
        h1{font-size:1.25rem;margin:0 0 .25rem}p{margin:0 0 1rem;opacity:.8;overflow-wrap:anywhere}
        label{display:block;margin-top:.75rem;font-size:.9rem}
        input{width:100%;box-sizing:border-box;padding:.6rem;margin-top:.25rem;font:inherit;border:1px solid #8888;border-radius:.4rem}
        button{width:100%;margin-top:1.25rem;padding:.65rem;font:inherit;font-weight:600;border:0;border-radius:.4rem}
        button{background:#2456c9;color:#fff;cursor:pointer}
        .error{color:#c62828;opacity:1}
        """;

    // No form-action: browsers apply it to the redirects that follow the post, and those go to the client.
    private static readonly string s_contentSecurityPolicy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; "
        + "frame-ancestors 'none'; base-uri 'none'";

    /// <summary>The login form; it is posted to the address it was shown at.</summary>
    public static IResult SignIn(HttpContext context, string clientId, string csrf, string? username, string? error, int status)
    {
        // The encoder writes '+' as a character reference; '%20' means the same in a query and needs none.
        var query = context.Request.QueryString.Value?.Replace("+", "%20", StringComparison.Ordinal);
        var action = $"{context.Request.Path}{query}";
        var notice = error is null ? "" : $"""<p class="error" role="alert">{Encode(error)}</p>""";
        return Page(context, status, "Sign in", $"""
            <h1>Sign in</h1><p>to continue to {Encode(clientId)}</p>{notice}
            <form method="post" action="{Encode(action)}">
            <input type="hidden" name="{FormProtection.Field}" value="{Encode(csrf)}">
            <label>Username<input name="username" autocomplete="username" value="{Encode(username ?? "")}" required maxlength="256"></label>
            <label>Password<input name="password" type="password" autocomplete="current-password" required maxlength="256"></label>
            <button type="submit">Sign in</button>
            </form>
            """);
    }

    /// <summary>The question before a browser is signed out without proof that it asked for it.</summary>
    public static IResult SignOut(HttpContext context, string csrf) => Page(context, StatusCodes.Status200OK, "Sign out", $"""
        <h1>Sign out?</h1><p>You will have to sign in again.</p>
        <form method="post" action="/logout">
        <input type="hidden" name="{FormProtection.Field}" value="{Encode(csrf)}"><button type="submit">Sign out</button>
        </form>
        """);

    /// <summary>A page with one message.</summary>
    public static IResult Message(HttpContext context, int status, string title, string message) =>
        Page(context, status, title, $"<h1>{Encode(title)}</h1><p>{Encode(message)}</p>");

    private static IResult Page(HttpContext context, int status, string title, string body)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = s_contentSecurityPolicy;
        headers.XFrameOptions = "DENY";
        var html = $"""
            <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>{Encode(title)}</title><style>{Style}</style></head><body><main>
            {body}
            </main></body></html>
            """;
        return Results.Text(html, "text/html; charset=utf-8", Encoding.UTF8, status);
    }

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
