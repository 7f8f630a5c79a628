using Google.Protobuf;
using McpMesh.Grpc.Framing;
using Microsoft.AspNetCore.Http.Features;

namespace McpMesh.Grpc.Server;

/// <summary>The messages of a response.</summary>
internal sealed class ResponseStream<T>(GrpcServerCall call, int limit, CancellationToken ended) : IGrpcStreamWriter<T>, IAsyncDisposable
    where T : class, IMessage
{
    private const int CancelCode = 0x8; // RFC 9113 section 7
    private readonly SemaphoreSlim _oneWriter = new(1);
    private bool _closed;

    public Task WriteAsync(T message, CancellationToken cancellationToken = default) =>
        SendAsync(message, MessageFrame.SizeWithin(message, limit), cancellationToken);

    public Task OpenAsync(CancellationToken cancellationToken = default) => SendAsync(null, 0, cancellationToken);

    /// <summary>The handler failed. A write that still waits for a client that does not read would hold the status back for ever: the
    /// stream is reset instead, which gRPC over HTTP/2 leaves for just this, a message sent in part.</summary>
    public async ValueTask AbandonAsync()
    {
        if (await _oneWriter.WaitAsync(TimeSpan.Zero, CancellationToken.None)) _oneWriter.Release();
        else call.HttpContext.Features.Get<IHttpResetFeature>()?.Reset(CancelCode);
    }

    /// <summary>Waits for a write under way. Kestrel uses the stream of an ended call for the next one: nothing may be written after.</summary>
    public async ValueTask DisposeAsync()
    {
        await _oneWriter.WaitAsync(CancellationToken.None);
        _closed = true;
        _oneWriter.Release();
    }

    private async Task SendAsync(T? message, int size, CancellationToken cancellationToken)
    {
        await _oneWriter.WaitAsync(cancellationToken);
        try
        {
            if (_closed || ended.IsCancellationRequested) throw new GrpcException(GrpcStatusCode.Cancelled, "the call has ended");
            var output = call.HttpContext.Response.BodyWriter;
            if (message is not null)
            {
                call.HasMessages = true;
                MessageFrame.Write(message, size, output);
            }

            // The call's own token, not the writer's: a frame half written cannot be taken back.
            var flushed = await output.FlushAsync(ended);
            if (flushed.IsCompleted || flushed.IsCanceled) throw new GrpcException(GrpcStatusCode.Cancelled, "the client has gone");
        }
        finally
        {
            _oneWriter.Release();
        }
    }
}
