using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Google.Protobuf;

namespace McpMesh.Grpc.Framing;

/// <summary>Cuts a stream of bytes into messages, however the bytes were split or joined on their way.</summary>
/// <param name="limit">The largest message in bytes; a longer one is refused by its length, before any of it is buffered.</param>
/// <param name="whenCompressed">The status for a message with the compressed flag: nothing here decompresses.</param>
internal sealed class MessageReader<T>(PipeReader bytes, MessageParser<T> parser, int limit, GrpcStatusCode whenCompressed)
    where T : class, IMessage<T>
{
    /// <returns>The next message, or null at the end of the stream.</returns>
    /// <exception cref="GrpcException">The bytes are no message: Internal, ResourceExhausted, or the status for compressed ones.</exception>
    public async ValueTask<T?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await bytes.ReadAsync(cancellationToken);
            var rest = result.Buffer;
            var examined = rest.End;
            try
            {
                if (TryCut(ref rest, out var message))
                {
                    examined = rest.Start;
                    return message;
                }

                if (!result.IsCompleted) continue;
                if (!rest.IsEmpty) throw new GrpcException(GrpcStatusCode.Internal, "the stream ended inside a message");
                return null;
            }
            finally
            {
                bytes.AdvanceTo(rest.Start, examined);
            }
        }
    }

    private bool TryCut(ref ReadOnlySequence<byte> buffer, out T? message)
    {
        message = null;
        if (buffer.IsEmpty) return false;
        CheckFlag(buffer.FirstSpan.IsEmpty ? buffer.Slice(0, 1).ToArray()[0] : buffer.FirstSpan[0]);
        if (buffer.Length < MessageFrame.PrefixSize) return false;

        Span<byte> prefix = stackalloc byte[MessageFrame.PrefixSize];
        buffer.Slice(0, MessageFrame.PrefixSize).CopyTo(prefix);
        var size = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        if (size > (uint)limit) throw MessageFrame.TooLarge("received", size, limit);
        if (buffer.Length - MessageFrame.PrefixSize < size) return false;

        var body = buffer.Slice(MessageFrame.PrefixSize, size);
        try
        {
            message = parser.ParseFrom(body);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new GrpcException(GrpcStatusCode.Internal, $"the message is no {typeof(T).Name}: {error.Message}", error);
        }

        buffer = buffer.Slice(body.End);
        return true;
    }

    private void CheckFlag(byte flag)
    {
        if (flag == MessageFrame.Plain) return;
        throw flag == MessageFrame.Compressed
            ? new GrpcException(whenCompressed, "the message is compressed, and only 'identity' is supported here")
            : new GrpcException(GrpcStatusCode.Internal, $"the message has the compressed flag {flag}, which is neither 0 nor 1");
    }
}
