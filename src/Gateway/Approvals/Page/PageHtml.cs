using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace McpMesh.Gateway.Approvals.Page;

/// <summary>The page itself: no script, nothing from elsewhere, every text encoded.</summary>
internal static class PageHtml
{
    private const string Style =
        "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:46rem;padding:0 1rem;color:#1b1b1b;background:#fff}" +
        "dt{font-weight:600;margin-top:.6rem}dd{margin:0}pre{background:#f2f2f2;padding:.8rem;overflow:auto;white-space:pre-wrap;" +
        "overflow-wrap:anywhere}input{font:inherit;width:100%;box-sizing:border-box;padding:.4rem}" +
        "button{font:inherit;padding:.5rem 1.2rem;margin:.8rem .6rem 0 0}";

    // Escapes also what could turn the direction of a text or look like another letter.
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.Default };

    /// <param name="formToken">Null for a person who cannot decide.</param>
    /// <param name="notice">Shown above; null for none.</param>
    public static Task WriteAsync(HttpContext http, int status, Approval approval, string? formToken, string? notice)
    {
        var html = new StringBuilder();
        if (notice is not null) html.Append(CultureInfo.InvariantCulture, $"<p role=\"alert\"><strong>{Encode(notice)}</strong></p>");
        html.Append("<dl>");
        Add(html, "Call", approval.Method);
        Add(html, "Asked for by", $"{ApprovalWords.NameOf(approval.Subject)} ({approval.Subject}), through {approval.Client}");
        Add(html, "Rule", $"{approval.Rule}: {approval.Reason}");
        Add(html, "Asked at", At(approval.CreatedAt));
        Add(html, "Expires at", At(approval.ExpiresAt));
        Add(html, "Who may decide", string.Join(", ", approval.Approvers));
        Add(html, "Status", approval.Status == ApprovalStatus.Pending ? "pending" : ApprovalWords.Of(approval));
        html.Append("</dl><h2>Arguments</h2><pre>").Append(Encode(Pretty(approval.Arguments))).Append("</pre>");
        if (formToken is not null)
        {
            html.Append(CultureInfo.InvariantCulture, $"""
                <form method="post" action="/approvals/{Encode(approval.Id)}/page">
                <input type="hidden" name="formToken" value="{Encode(formToken)}">
                <label for="why">Reason</label><input type="text" id="why" name="why" maxlength="{ApprovalDesk.LongestWhy}" autocomplete="off">
                <button name="decision" value="approve">Approve</button><button name="decision" value="refuse">Refuse</button>
                </form>
                """);
        }

        return WriteAsync(http, status, "Approval of a call", html.ToString());
    }

    public static Task WriteTextAsync(HttpContext http, int status, string title, string text) =>
        WriteAsync(http, status, title, $"<p>{Encode(text)}</p>");

    /// <summary>
    /// Goes on from the redirect of the authorization server: only a navigation of our own page carries the session's cookie.
    /// </summary>
    public static Task WriteOnwardAsync(HttpContext http, string path) =>
        WriteAsync(
            http, StatusCodes.Status200OK, "Signed in", $"<p><a href=\"{Encode(path)}\">Go on to the approval</a></p>",
            $"<meta http-equiv=\"refresh\" content=\"0;url={Encode(path)}\">");

    private static Task WriteAsync(HttpContext http, int status, string title, string body, string head = "")
    {
        var nonce = PageSecret.New();
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.XFrameOptions = "DENY";
        response.Headers["Referrer-Policy"] = "same-origin";
        response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
        return response.WriteAsync(
            $"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width">{head}<title>{Encode(title)}</title>
            <style nonce="{nonce}">{Style}</style></head>
            <body><main><h1>{Encode(title)}</h1>{body}</main></body>
            </html>
            """,
            Encoding.UTF8,
            http.RequestAborted);
    }

    private static void Add(StringBuilder html, string term, string text) =>
        html.Append(CultureInfo.InvariantCulture, $"<dt>{Encode(term)}</dt><dd>{Encode(text)}</dd>");

    private static string Pretty(string json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 256 });
        return JsonSerializer.Serialize(document.RootElement, Indented);
    }

    private static string At(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
