namespace McpMesh.Gateway.Http;

/// <summary>Prepares a response for server-sent events.</summary>
internal static class EventStreamAnswer
{
    public const string ContentType = "text/event-stream";

    public static void Begin(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-cache, no-transform";
        // Proxies in front must not collect events before they pass them on.
        response.Headers["X-Accel-Buffering"] = "no";
    }
}
