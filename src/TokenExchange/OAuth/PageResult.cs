using System.Text;
using System.Text.Encodings.Web;

namespace McpMesh.TokenExchange.OAuth;

/// <summary>
/// A small page for a person: why a sign-in cannot go on, or that it is done. No script, no frame, nothing from elsewhere.
/// </summary>
internal sealed class PageResult(int status, string title, string text) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var (heading, body) = (HtmlEncoder.Default.Encode(title), HtmlEncoder.Default.Encode(text));
        var html = $"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{heading}</title></head>
            <body><main><h1>{heading}</h1><p>{body}</p></main></body>
            </html>
            """;
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        return response.WriteAsync(html, Encoding.UTF8, httpContext.RequestAborted);
    }
}
