using Polly.CircuitBreaker;
using Polly.Timeout;

namespace McpMesh.ServiceDefaults.Resilience;

/// <summary>Sends each request through the client's pipeline. What the pipeline throws becomes what callers of an HTTP client
/// expect.</summary>
internal sealed class ResilientHttpHandler(HttpResiliencePipeline pipeline) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await pipeline.For(request.Method).ExecuteAsync(
                static async (call, cancellation) => await call.Handler.SendOnceAsync(call.Request, cancellation),
                (Handler: this, Request: request),
                cancellationToken);
        }
        catch (TimeoutRejectedException timeout)
        {
            throw new HttpRequestException(HttpRequestError.Unknown, "The server did not answer in time.", timeout);
        }
        catch (BrokenCircuitException open)
        {
            throw new HttpRequestException(
                HttpRequestError.ConnectionError, "The server has failed too often and is not called for a while.", open);
        }
    }

    private Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        base.SendAsync(request, cancellationToken);
}
