using System.Buffers;
using McpMesh.Gateway.Errors;
using McpMesh.Gateway.Http;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Upstream;

/// <summary>Passes server-sent events on byte for byte as they come, with a comment now and then while the server is silent.</summary>
internal sealed class EventStreamRelay(TimeProvider time)
{
    /// <summary>Below the idle limits of common load balancers (60 s).</summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    private const int ChunkBytes = 16 * 1024;

    public async ValueTask<GatewayError?> RelayAsync(GatewayCall call, HttpResponseMessage response, CallLifetime lifetime)
    {
        lifetime.AnswerBegan();
        EventStreamAnswer.Begin(call.Http.Response);
        await call.Http.Response.BodyWriter.FlushAsync(lifetime.Token);
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        var scanner = default(SseAnswerScanner);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(lifetime.Token);
            int read;
            while ((read = await ReadAsync(call, stream, chunk, scanner.IsBetweenEvents, lifetime.Token)) > 0)
            {
                scanner.Feed(chunk.AsSpan(0, read));
                await call.Http.Response.BodyWriter.WriteAsync(chunk.AsMemory(0, read), lifetime.Token);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // The end of the stream without an answer says the same; it is handled below.
        }

        // Not after any other failure: a read may then still be writing into it.
        ArrayPool<byte>.Shared.Return(chunk);
        if (scanner.HasAnswer) CallOutcome.Set(call, scanner.Answer);
        else await FailAsync(call, scanner.IsBetweenEvents, lifetime.Token);
        return null;
    }

    private async ValueTask<int> ReadAsync(
        GatewayCall call, Stream stream, byte[] chunk, bool isBetweenEvents, CancellationToken cancellationToken)
    {
        var pending = stream.ReadAsync(chunk, cancellationToken);
        if (pending.IsCompleted || !isBetweenEvents) return await pending;
        var read = pending.AsTask();
        while (!read.IsCompleted)
        {
            try
            {
                await read.WaitAsync(KeepAlive, time, CancellationToken.None);
            }
            catch (TimeoutException)
            {
                call.Http.Response.BodyWriter.Write(SseWriter.KeepAlive);
                await call.Http.Response.BodyWriter.FlushAsync(CancellationToken.None);
            }
        }

        return await read;
    }

    /// <summary>The stream ended without an answer: say so as its last event, or, inside a torn event, by breaking the
    /// connection.</summary>
    private static async ValueTask FailAsync(GatewayCall call, bool isBetweenEvents, CancellationToken cancellationToken)
    {
        var error = GatewayErrors.OutcomeUnknown("The server's event stream ended before its answer.");
        (call.Outcome, call.OutcomeReason) = (error.Outcome, error.Reason);
        if (!isBetweenEvents)
        {
            call.Http.Abort();
            return;
        }

        using var message = new PooledBuffer();
        ErrorAnswer.Write(message, call, error);
        SseWriter.WriteMessage(call.Http.Response.BodyWriter, message.Span);
        await call.Http.Response.BodyWriter.FlushAsync(cancellationToken);
    }
}
