using System.Buffers;
using System.Net;
using Google.Protobuf;
using McpMesh.Grpc.Framing;

namespace McpMesh.Grpc.Client;

/// <summary>A request that stays open: messages go out as they are written, one at a time.</summary>
internal sealed class DuplexContent : HttpContent
{
    private readonly int _limit;
    private readonly SemaphoreSlim _oneWriter = new(1);
    private readonly TaskCompletionSource<Stream> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile Exception? _failure;

    public DuplexContent(int limit)
    {
        _limit = limit;
        Headers.ContentType = MessageContent.ContentTypeValue;
    }

    public async Task WriteAsync(IMessage message, CancellationToken cancellationToken)
    {
        var size = MessageFrame.SizeWithin(message, _limit);
        var length = MessageFrame.PrefixSize + size;
        await _oneWriter.WaitAsync(cancellationToken);
        try
        {
            if (_failure is { } failure)
                throw new GrpcException(GrpcStatusCode.Cancelled, "the call has ended; its responses tell the status", failure);
            if (_completed.Task.IsCompleted) throw new InvalidOperationException("The requests of this call are complete.");
            var stream = await _opened.Task.WaitAsync(cancellationToken);
            var buffer = ArrayPool<byte>.Shared.Rent(length);
            try
            {
                MessageFrame.Write(message, size, buffer);
                await stream.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
                await stream.FlushAsync(cancellationToken);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
        finally
        {
            _oneWriter.Release();
        }
    }

    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await _oneWriter.WaitAsync(cancellationToken);
        _completed.TrySetResult();
        _oneWriter.Release();
    }

    /// <summary>The call is over: writers that still wait for it get <paramref name="error"/>.</summary>
    public void Fail(Exception error)
    {
        _failure = error;
        if (_opened.TrySetException(error)) _ = _opened.Task.Exception;
        // Not as if complete: the server must see a reset, never a regular end of requests that were cut short.
        _completed.TrySetCanceled();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // The headers go out with the first flush: a server may answer before there is a message.
        await stream.FlushAsync(cancellationToken);
        _opened.TrySetResult(stream);
        await _completed.Task.WaitAsync(cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
