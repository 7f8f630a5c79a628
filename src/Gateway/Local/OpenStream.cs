using System.Buffers;
using McpMesh.Gateway.Upstream;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Local;

/// <summary>Holds an event stream open with comments until the client closes it, the gateway stops, or its reason to be has gone.</summary>
internal sealed class OpenStream(IHostApplicationLifetime host, TimeProvider time)
{
    /// <summary>Returns when the stream should end. The response must have begun.</summary>
    public async ValueTask HoldAsync(GatewayCall call, Func<GatewayCall, ValueTask<bool>> isWanted, CancellationToken cancellationToken)
    {
        var output = call.Http.Response.BodyWriter;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, host.ApplicationStopping);
        using var timer = new PeriodicTimer(EventStreamRelay.KeepAlive, time);
        try
        {
            await output.FlushAsync(ending.Token);
            while (await timer.WaitForNextTickAsync(ending.Token) && await isWanted(call))
            {
                output.Write(SseWriter.KeepAlive);
                await output.FlushAsync(ending.Token);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The client has closed the stream, or the gateway is stopping.
        }
    }
}
