using McpMesh.Sidecar.Http;

namespace McpMesh.Sidecar.Health;

/// <summary><c>/v1.0/healthz</c> waits for the app, <c>/v1.0/healthz/outbound</c> does not.</summary>
internal sealed class HealthApi(AppReadiness readiness, string appId, CancellationToken draining)
{
    public Task HandleAsync(HttpContext context)
    {
        var asked = context.Request.Query["appid"].ToString();
        if (asked.Length > 0 && asked != appId)
            throw new ApiException(new(500, "ERR_HEALTH_APPID_NOT_MATCH", "dapr app-id does not match"));
        if (draining.IsCancellationRequested) throw new ApiException(new(500, "ERR_HEALTH_NOT_READY", "dapr is not ready: [shutdown]"));
        if (!readiness.IsConnected) throw new ApiException(new(500, "ERR_HEALTH_NOT_READY", "dapr is not ready: [app channel]"));
        ApiResponse.NoContent(context);
        return Task.CompletedTask;
    }
}
