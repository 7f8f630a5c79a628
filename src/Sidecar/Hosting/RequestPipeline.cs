using McpMesh.Sidecar.Http;
using McpMesh.Sidecar.Metrics;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace McpMesh.Sidecar.Hosting;

/// <summary>All there is between Kestrel and a handler: errors become answers. No middleware, no logging a request.</summary>
internal sealed partial class RequestPipeline(RequestDelegate handler, SidecarMetrics metrics, ILogger logger)
    : IHttpApplication<HttpContext>
{
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public async Task ProcessRequestAsync(HttpContext context)
    {
        var begun = Elapsed.Begin();
        await HandleAsync(context);
        metrics.HttpServed(context.Request.Method, context.Response.StatusCode, begun.Milliseconds);
    }

    private async Task HandleAsync(HttpContext context)
    {
        try
        {
            await handler(context);
        }
        catch (ApiException error)
        {
            await AnswerAsync(context, error.Error);
        }
        catch (BadHttpRequestException error)
        {
            await AnswerAsync(context, RequestBody.Unreadable(RequestBody.ProblemOf(error)));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away: there is nobody to answer.
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Failed(logger, error, context.Request.Method);
            await AnswerAsync(context, new ApiError(500, "ERR_INTERNAL", "internal error of the sidecar; its log says more"));
        }
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    private static Task AnswerAsync(HttpContext context, ApiError error)
    {
        if (!context.Response.HasStarted) return ApiResponse.WriteErrorAsync(context, error);
        context.Abort();
        return Task.CompletedTask;
    }

    [LoggerMessage(20, LogLevel.Error, "a {Method} request failed")]
    private static partial void Failed(ILogger logger, Exception error, string method);
}
