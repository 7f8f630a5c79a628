using McpMesh.Sidecar.Health;
using McpMesh.Sidecar.Http;

namespace McpMesh.Sidecar.Invocation;

/// <summary>The last step of an invocation: from this sidecar to its own app.</summary>
internal sealed class AppInvocation(AppChannel app, AppReadiness readiness, HttpMessageInvoker client, int maxConcurrency, string appId)
{
    private readonly SemaphoreSlim? _slots = maxConcurrency > 0 ? new SemaphoreSlim(maxConcurrency) : null;

    /// <param name="fromApp">True for an app that calls itself: it must not pass for its sidecar.</param>
    public async Task InvokeAsync(HttpContext context, MethodPath path, bool fromApp)
    {
        if (!app.Exists) throw new ApiException(InvocationErrors.NoApp);
        if (_slots is not null) await _slots.WaitAsync(context.RequestAborted);
        try
        {
            await SendAsync(context, path, fromApp);
        }
        finally
        {
            _slots?.Release();
        }
    }

    private async Task SendAsync(HttpContext context, MethodPath path, bool fromApp)
    {
        var body = RequestRelay.HasBody(context) ? new RelayedBody(context, context.Request.ContentLength) : null;
        using var request = RequestRelay.Create(
            context, app.BaseAddress, path.Encoded, body, fromApp ? HopHeaders.PassesFromApp : HopHeaders.PassesToApp);
        if (fromApp) request.Headers.TryAddWithoutValidation(TraceContext.ParentHeader, TraceContext.ParentOf(context.Request.Headers));
        if (app.Token is not null) request.Headers.TryAddWithoutValidation(HopHeaders.ApiToken, app.Token);
        if (app.IsHttp2) RequestRelay.UseHttp2(request);
        HttpResponseMessage response;
        try
        {
            response = await client.SendAsync(request, context.RequestAborted);
        }
        catch (HttpRequestException error)
        {
            if (error.HttpRequestError == HttpRequestError.ConnectionError && body is not { Started: true })
            {
                readiness.Lost();
                context.Response.Headers[HopHeaders.NotDelivered] = "1";
            }

            throw new ApiException(InvocationErrors.Failed(appId, "the app is not reachable: " + error.Message));
        }

        using (response) await ResponseRelay.CopyAsync(response, context);
    }
}
