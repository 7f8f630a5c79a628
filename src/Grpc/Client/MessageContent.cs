using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using McpMesh.Grpc.Framing;

namespace McpMesh.Grpc.Client;

/// <summary>A request of one message. Serialised at each sending, so that a request a dying connection refused can go out again.</summary>
internal sealed class MessageContent : HttpContent
{
    private readonly IMessage _message;
    private readonly int _size;

    public MessageContent(IMessage message, int limit)
    {
        _message = message;
        _size = MessageFrame.SizeWithin(message, limit);
        Headers.ContentType = ContentTypeValue;
    }

    internal static MediaTypeHeaderValue ContentTypeValue { get; } = new(MediaType.Grpc);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var length = MessageFrame.PrefixSize + _size;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            MessageFrame.Write(_message, _size, buffer);
            await stream.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
