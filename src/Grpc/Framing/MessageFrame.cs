using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;

namespace McpMesh.Grpc.Framing;

/// <summary>A length-prefixed message (gRPC over HTTP/2, "Length-Prefixed-Message"): compressed flag, four bytes of length, message.</summary>
internal static class MessageFrame
{
    public const int PrefixSize = 5;

    public const byte Plain = 0;

    public const byte Compressed = 1;

    /// <exception cref="GrpcException">ResourceExhausted: the message is larger than <paramref name="limit"/> bytes.</exception>
    public static int SizeWithin(IMessage message, int limit)
    {
        var size = message.CalculateSize();
        if (size > limit) throw TooLarge("sent", (uint)size, limit);
        return size;
    }

    public static GrpcException TooLarge(string verb, uint size, int limit) =>
        new(GrpcStatusCode.ResourceExhausted, $"message {verb} is larger than the limit ({size} bytes, at most {limit})");

    public static void Write(IMessage message, int size, IBufferWriter<byte> output)
    {
        WritePrefix(size, output.GetSpan(PrefixSize));
        output.Advance(PrefixSize);
        message.WriteTo(output);
    }

    /// <summary>The frame in <paramref name="output"/>, which has room for <see cref="PrefixSize"/> and <paramref name="size"/>.</summary>
    public static void Write(IMessage message, int size, Span<byte> output)
    {
        WritePrefix(size, output);
        message.WriteTo(output.Slice(PrefixSize, size));
    }

    private static void WritePrefix(int size, Span<byte> output)
    {
        output[0] = Plain;
        BinaryPrimitives.WriteInt32BigEndian(output[1..], size);
    }
}
