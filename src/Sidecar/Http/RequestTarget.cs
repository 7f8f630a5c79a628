using Microsoft.AspNetCore.Http.Features;

namespace McpMesh.Sidecar.Http;

/// <summary>The request's path exactly as it was sent, still percent-encoded.</summary>
internal static class RequestTarget
{
    public static string PathOf(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!target.StartsWith('/')) return context.Request.Path.ToUriComponent(); // absolute form
        var query = target.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? target : target[..query];
    }
}
