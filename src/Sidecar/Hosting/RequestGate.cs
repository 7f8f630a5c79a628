using System.Security.Cryptography;
using System.Text;
using McpMesh.Sidecar.Http;
using McpMesh.Sidecar.Invocation;

namespace McpMesh.Sidecar.Hosting;

/// <summary>What a request of the public port passes before anything reads it: CORS, then the API token.</summary>
internal sealed class RequestGate(string? apiToken, IReadOnlyList<string> allowedOrigins)
{
    private readonly byte[]? _apiToken = apiToken is null ? null : Encoding.UTF8.GetBytes(apiToken);
    private readonly CrossOrigin? _crossOrigin = allowedOrigins.Count == 0 ? null : new CrossOrigin(allowedOrigins);

    /// <summary>Null when the request may go on; otherwise it is answered.</summary>
    public Task? Stop(HttpContext context, string path)
    {
        if (_crossOrigin is not null && _crossOrigin.Handle(context)) return Task.CompletedTask;
        return IsAuthorized(context, path) ? null : RefuseAsync(context);
    }

    private bool IsAuthorized(HttpContext context, string path)
    {
        if (_apiToken is null) return true;
        if (context.Request.Method == "GET" && path is ("/v1.0/healthz" or "/v1.0/healthz/outbound")) return true;
        var given = context.Request.Headers[HopHeaders.ApiToken].ToString();
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), _apiToken);
    }

    private static async Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.ContentType = "text/plain";
        await context.Response.BodyWriter.WriteAsync("invalid api token"u8.ToArray());
    }
}
