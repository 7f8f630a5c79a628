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

    /// <summary>Without empty, "." and ".." parts and without a slash at the end, as routes are looked up. Nothing is decoded.</summary>
    public static string Clean(string path)
    {
        if (!path.Contains("//", StringComparison.Ordinal) && !path.Contains("/.", StringComparison.Ordinal) && !path.EndsWith('/'))
            return path;
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part != "..") parts.Add(part);
            else if (parts.Count > 0) parts.RemoveAt(parts.Count - 1);
        }

        return "/" + string.Join('/', parts);
    }
}
