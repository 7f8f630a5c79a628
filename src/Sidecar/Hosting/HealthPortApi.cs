using McpMesh.Sidecar.Health;
using McpMesh.Sidecar.Http;
using McpMesh.Sidecar.Metadata;

namespace McpMesh.Sidecar.Hosting;

/// <summary><c>--dapr-public-port</c>: metadata and health, for whoever watches the sidecar. Nothing can be done there.</summary>
internal sealed class HealthPortApi(MetadataApi metadata, HealthApi health)
{
    public Task HandleAsync(HttpContext context)
    {
        switch (context.Request.Method, RequestTarget.Clean(RequestTarget.PathOf(context)))
        {
            case ("GET", "/v1.0/metadata"):
                return metadata.GetAsync(context);
            case ("GET", "/v1.0/healthz"):
                return health.HandleAsync(context);
            case ("GET", "/v1.0/healthz/outbound"):
                ApiResponse.NoContent(context);
                return Task.CompletedTask;
            default:
                return ApiResponse.PageNotFoundAsync(context);
        }
    }
}
