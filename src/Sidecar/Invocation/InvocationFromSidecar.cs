using McpMesh.Sidecar.AccessControl;
using McpMesh.Sidecar.Hosting;
using McpMesh.Sidecar.Http;
using McpMesh.Sidecar.Metrics;
using McpMesh.Sidecar.NameResolution;

namespace McpMesh.Sidecar.Invocation;

/// <summary>
/// The internal port: what other sidecars send. The caller's app id is believed only with a proof that holds for this very instance,
/// then the access policy decides, then the app is called.
/// </summary>
internal sealed class InvocationFromSidecar(SidecarOptions options, NameRegistry names, AccessPolicy policy, AppInvocation app,
    SidecarMetrics metrics)
{
    public async Task HandleAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        var caller = headers[HopHeaders.CallerAppId].ToString();
        if (headers[HopHeaders.CalleeAppId] != options.AppId || !names.IsProofOf(caller, headers[HopHeaders.Proof].ToString()))
        {
            // A sidecar that has not yet seen who owns this port now: it may ask another instance.
            context.Response.Headers[HopHeaders.NotDelivered] = "1";
            throw new ApiException(InvocationErrors.Failed(options.AppId, "the caller is not a sidecar of this mesh"));
        }

        var path = MethodPath.Parse(RequestTarget.PathOf(context));
        if (!policy.Allows(caller, headers[HopHeaders.CallerNamespace].ToString(), path.Decoded, context.Request.Method))
        {
            throw new ApiException(
                InvocationErrors.Denied(caller, options.Namespace, policy.TrustDomain, path.Decoded, context.Request.Method));
        }

        metrics.InvocationReceived(caller);
        using var body = await InvocationBody.PrepareAsync(context, keepUpTo: 0);
        await app.InvokeAsync(new Exchange(context, path, body, UnderPolicy: false), fromApp: false, context.RequestAborted);
        metrics.InvocationReplied(caller, context.Response.StatusCode);
    }
}
