using McpMesh.Sidecar.Health;
using McpMesh.Sidecar.Http;
using McpMesh.Sidecar.Metrics;

namespace McpMesh.Sidecar.Invocation;

/// <summary>The last step of an invocation: from this sidecar to its own app.</summary>
internal sealed class AppInvocation(
    AppChannel app, AppReadiness readiness, HttpMessageInvoker client, SidecarMetrics metrics, string appId)
{
    /// <param name="fromApp">True for an app that calls itself: it must not pass for its sidecar.</param>
    public async ValueTask InvokeAsync(Exchange exchange, bool fromApp, CancellationToken cancellationToken)
    {
        if (!app.Exists) throw new ApiException(InvocationErrors.NoApp);
        if (readiness.IsUnhealthy)
        {
            if (!fromApp) exchange.Context.Response.Headers[HopHeaders.NotDelivered] = "1";
            throw new ApiException(InvocationErrors.Unhealthy(appId));
        }

        using var slot = await app.Slots.TakeAsync(cancellationToken);
        await SendAsync(exchange, fromApp, cancellationToken);
    }

    private async Task SendAsync(Exchange exchange, bool fromApp, CancellationToken cancellationToken)
    {
        var context = exchange.Context;
        using var request = RequestRelay.Create(
            context, app.BaseAddress, exchange.Path.Encoded, exchange.Body.NewContent(),
            fromApp ? HopHeaders.PassesFromApp : HopHeaders.PassesToApp);
        if (fromApp) request.Headers.TryAddWithoutValidation(TraceContext.ParentHeader, TraceContext.ParentOf(context.Request.Headers));
        if (app.Token is not null) request.Headers.TryAddWithoutValidation(HopHeaders.ApiToken, app.Token);
        if (app.IsHttp2) RequestRelay.UseHttp2(request);
        var begun = Elapsed.Begin();
        HttpResponseMessage response;
        try
        {
            response = await client.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException error) when (InvocationErrors.ProblemOfBody(error) is { } problem)
        {
            throw new ApiException(InvocationErrors.Failed(appId, problem));
        }
        catch (HttpRequestException error)
        {
            throw NotReachable(exchange, fromApp, error.HttpRequestError == HttpRequestError.ConnectionError, error.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw NotReachable(exchange, fromApp, refused: true, "it took no connection in time");
        }

        var status = (int)response.StatusCode;
        try
        {
            await exchange.RelayAsync(response, cancellationToken);
        }
        finally
        {
            metrics.AppAnswered(context.Request.Method, status, begun.Milliseconds);
        }
    }

    private ApiException NotReachable(Exchange exchange, bool fromApp, bool refused, string reason)
    {
        if (refused && exchange.Body.CanBeSent)
        {
            readiness.Lost();
            // For the calling sidecar: it may ask another instance.
            if (!fromApp) exchange.Context.Response.Headers[HopHeaders.NotDelivered] = "1";
        }

        return new ApiException(InvocationErrors.Failed(appId, "the app is not reachable: " + reason));
    }
}
