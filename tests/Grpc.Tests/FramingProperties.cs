using System.IO.Pipelines;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc.Framing;

namespace McpMesh.Grpc.Tests;

public sealed class FramingProperties
{
    [Fact]
    public void However_the_bytes_are_cut_the_same_messages_come_out() =>
        Prop.ForAll<NonNull<NonNull<byte[]>[]>, NonNull<PositiveInt[]>>((bodies, cuts) =>
        {
            var messages = bodies.Get.Select(body => new BytesValue { Value = ByteString.CopyFrom(body.Get) }).ToArray();
            var bytes = messages.SelectMany(message => RawCall.Frame(message.ToByteArray())).ToArray();

            var (read, error) = Read(bytes, [.. cuts.Get.Select(cut => cut.Get)], 1 << 20);

            Assert.Null(error);
            Assert.Equal(messages, read);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Cut_off_anywhere_whole_messages_come_out_and_then_an_error() =>
        Prop.ForAll<NonEmptyArray<NonNull<byte[]>>, NonNegativeInt>((bodies, end) =>
        {
            var frames = bodies.Get.Select(body => RawCall.Frame(new BytesValue { Value = ByteString.CopyFrom(body.Get) }.ToByteArray()))
                .ToArray();
            var bytes = frames.SelectMany(frame => frame).ToArray();
            var kept = end.Get % bytes.Length;
            var whole = 0;
            for (int i = 0, sum = 0; i < frames.Length && (sum += frames[i].Length) <= kept; i++) whole++;

            var (read, error) = Read(bytes[..kept], [3], 1 << 20);

            Assert.Equal(whole, read.Count);
            if (frames.Take(whole).Sum(frame => frame.Length) == kept) Assert.Null(error);
            else Assert.Equal(GrpcStatusCode.Internal, error!.Code);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Random_bytes_end_in_messages_or_in_a_status() =>
        Prop.ForAll<NonNull<byte[]>, byte>((garbage, flag) =>
        {
            // With a right prefix, so that the protobuf parser sees the garbage too; and without one.
            foreach (var bytes in (byte[][])[RawCall.Frame(garbage.Get), [(byte)(flag % 3), .. garbage.Get], garbage.Get])
            {
                var (_, error) = Read<Struct>(Struct.Parser, bytes, [7], 1 << 20);
                Assert.True(error is null or { Code: GrpcStatusCode.Internal or GrpcStatusCode.ResourceExhausted }, $"{error}");
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0, 17 })]
    [InlineData(new byte[] { 0, 0x7F, 0xFF, 0xFF, 0xFF })]
    [InlineData(new byte[] { 0, 0xFF, 0xFF, 0xFF, 0xFF })]
    public async Task A_length_beyond_the_limit_is_refused_before_the_message_comes(byte[] prefix)
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(prefix);

        var reader = new MessageReader<BytesValue>(pipe.Reader, BytesValue.Parser, 16, GrpcStatusCode.Internal);
        var read = reader.ReadAsync(CancellationToken.None).AsTask();

        // The writer has not completed: nothing but the length could tell.
        Assert.True(read.IsFaulted);
        var error = await Assert.ThrowsAsync<GrpcException>(() => read);
        Assert.Equal(GrpcStatusCode.ResourceExhausted, error.Code);
    }

    [Fact]
    public void A_message_of_exactly_the_limit_passes()
    {
        var message = new BytesValue { Value = ByteString.CopyFrom(new byte[14]) };
        Assert.Equal(16, message.CalculateSize());

        Assert.Equal([message], Read(RawCall.Frame(message.ToByteArray()), [1], 16).Read);
        Assert.Equal(GrpcStatusCode.ResourceExhausted, Read(RawCall.Frame(message.ToByteArray()), [1], 15).Error!.Code);
    }

    private static (List<BytesValue> Read, GrpcException? Error) Read(byte[] bytes, int[] cuts, int limit) =>
        Read(BytesValue.Parser, bytes, cuts, limit);

    private static (List<T> Read, GrpcException? Error) Read<T>(MessageParser<T> parser, byte[] bytes, int[] cuts, int limit)
        where T : class, IMessage<T>
    {
        using var stream = new CutStream(bytes, cuts.Length == 0 ? [int.MaxValue] : cuts);
        var reader = new MessageReader<T>(PipeReader.Create(stream), parser, limit, GrpcStatusCode.Unimplemented);
        var read = new List<T>();
        try
        {
            while (true)
            {
                var next = reader.ReadAsync(CancellationToken.None).AsTask();
                Assert.True(next.IsCompleted);
                if (next.GetAwaiter().GetResult() is not { } message) return (read, null);
                read.Add(message);
            }
        }
        catch (GrpcException error)
        {
            return (read, error.Code == GrpcStatusCode.Unimplemented ? null : error);
        }
    }

    /// <summary>Gives its bytes in pieces of the given sizes, over and over.</summary>
    private sealed class CutStream(byte[] bytes, int[] cuts) : MemoryStream(bytes)
    {
        private int _next;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, cuts[_next++ % cuts.Length])], cancellationToken);
    }
}
