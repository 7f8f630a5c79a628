using McpMesh.Sidecar.Http;

namespace McpMesh.Sidecar.Invocation;

/// <summary>Service invocation's errors, in Dapr's words.</summary>
internal static class InvocationErrors
{
    public static readonly ApiError NoAppId = new(
        404, "ERR_DIRECT_INVOKE", "failed getting app id either from the URL path or the header dapr-app-id");

    public static readonly ApiError NoApp = new(500, "ERR_APP_CHANNEL_NIL", "app channel is not initialized");

    public static ApiError Unhealthy(string appId) => Failed(appId, "app is not in a healthy state");

    public static ApiError Failed(string appId, string reason) =>
        new(500, "ERR_DIRECT_INVOKE", $"failed to invoke, id: {appId}, err: {reason}");

    /// <summary>What is wrong with the caller's body, which is read while it is sent; null when something else failed.</summary>
    public static string? ProblemOfBody(HttpRequestException error)
    {
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is BadHttpRequestException body) return RequestBody.ProblemOf(body);
        }

        return null;
    }

    public static ApiError Denied(string caller, string daprNamespace, string trustDomain, string operation, string verb) => new(
        403, "ERR_DIRECT_INVOKE",
        "access control policy has denied access to id: "
        + $"spiffe://{trustDomain}/ns/{daprNamespace}/{caller} operation: {operation} verb: {verb}");
}
