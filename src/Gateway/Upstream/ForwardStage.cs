using McpMesh.Configuration;
using McpMesh.Gateway.Errors;
using McpMesh.Gateway.Http;
using McpMesh.Gateway.Sessions;
using McpMesh.Gateway.Telemetry;

namespace McpMesh.Gateway.Upstream;

/// <summary>Sends the call to its server and passes the answer on as it comes.</summary>
internal sealed class ForwardStage(
    UpstreamClient upstream, AnswerRelay relay, ActiveCalls active, MeshConfiguration mesh, TimeProvider time)
{
    public async ValueTask<GatewayError?> RelayAsync(GatewayCall call)
    {
        // Goes back to the pool only after a whole exchange: a request that was given up may still be on its way to the socket.
        var body = new PooledBuffer(call.Body.Length + 256);
        UpstreamBody.Write(call, body);
        using var request = upstream.Create(call.Server!, call.Hop!, call.Envelope!.Method, call.Target, body.Written);
        UpstreamClient.CopyHeaders(call.Http.Request.Headers, request);
        if (TraceContext.Parent(call) is { } parent) request.Headers.TryAddWithoutValidation("traceparent", parent);

        using var registration = active.Register(call);
        using var lifetime = new CallLifetime(mesh.Limits.CallTimeout, time, registration.Unwanted);
        try
        {
            using var response = await upstream.SendAsync(request, lifetime.Token);
            var error = await relay.RelayAsync(call, response, lifetime);
            if (error is null) body.Dispose();
            return error;
        }
        catch (OperationCanceledException) when (lifetime.Token.IsCancellationRequested)
        {
            return lifetime.IsUnwanted ? GatewayErrors.Cancelled : GatewayErrors.OutcomeUnknown("The server did not answer in time.");
        }
        catch (HttpRequestException e) when (IsBeforeSending(e))
        {
            return GatewayErrors.ServerUnavailable("The server cannot be reached.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return GatewayErrors.OutcomeUnknown("The connection to the server broke before its answer was complete.");
        }
    }

    /// <summary>Whether the server certainly has not got the request.</summary>
    internal static bool IsBeforeSending(HttpRequestException e) =>
        e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
        or HttpRequestError.SecureConnectionError;
}
