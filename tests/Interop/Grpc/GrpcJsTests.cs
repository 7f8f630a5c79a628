using System.Globalization;
using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc;
using McpMesh.Grpc.Client;

namespace McpMesh.Interop.Grpc;

/// <summary>grpc-js, written by others, against both halves of our gRPC.</summary>
public sealed partial class GrpcJsTests(GrpcJsServer server) : IClassFixture<GrpcJsServer>, IDisposable
{
    private static readonly TimeSpan s_hang = TimeSpan.FromSeconds(60);
    private readonly GrpcChannel _channel = new(server.Address, new GrpcChannelOptions { KeepAlivePingDelay = TimeSpan.FromSeconds(60) });

    public void Dispose() => _channel.Dispose();

    [Fact]
    public async Task Its_client_is_content_with_our_server()
    {
        await using var ours = await EchoServer.StartAsync();

        var (exitCode, output) = await server.Node.TestAsync(
            "Grpc/grpc-js-client.test.mjs", new Dictionary<string, string> { ["GRPC_ADDRESS"] = ours.Address });

        Assert.True(exitCode == 0, output);
        Assert.Equal(16, int.Parse(PassPattern().Match(output).Groups[1].ValueSpan, CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Its_server_answers_our_unary_calls()
    {
        Assert.Equal(new Empty(), await _channel.CallAsync(EchoMethods.Hello, new Empty()).WaitAsync(s_hang));
        foreach (var text in (string[])["", "grüezi", new string('x', 1 << 20)])
        {
            var answer = await _channel.CallAsync(EchoMethods.Say, new StringValue { Value = text }).WaitAsync(s_hang);
            Assert.Equal(text, answer.Value);
        }
    }

    [Fact]
    public async Task Its_statuses_arrive_with_text_and_details()
    {
        var error = await FailAsync(EchoMethods.Fail, "NOT_FOUND");

        Assert.Equal((GrpcStatusCode.NotFound, "no »thing« at 100 %\n"), (error.Code, error.Detail));
        Assert.Equal("ERR_THING", error.Trailers["x-reason"]);
        Assert.True(error.Trailers.TryGetBytes("grpc-status-details-bin", out var details));
        Assert.Equal([1, 2, 255], details);
        Assert.Equal(GrpcStatusCode.Unimplemented, (await FailAsync(EchoMethods.Missing, "")).Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5000)]
    public async Task Its_streams_arrive_whole(int count)
    {
        var received = new List<int>();
        await foreach (var message in _channel.StreamAsync(EchoMethods.Count, new Int32Value { Value = count })) received.Add(message.Value);

        Assert.Equal(Enumerable.Range(1, count), received);
    }

    [Fact]
    public async Task Client_streaming_and_duplex_work_with_it()
    {
        await using var sum = _channel.OpenDuplex(EchoMethods.Sum);
        for (var i = 1; i <= 1000; i++) await sum.WriteAsync(new Int32Value { Value = i }).WaitAsync(s_hang);
        await sum.CompleteAsync();
        await foreach (var answer in sum.ReadAllAsync()) Assert.Equal(500_500, answer.Value);

        await using var chat = _channel.OpenDuplex(EchoMethods.Chat);
        await using var answers = chat.ReadAllAsync().GetAsyncEnumerator();
        foreach (var text in (string[])["one", "two"])
        {
            await chat.WriteAsync(new StringValue { Value = text }).WaitAsync(s_hang);
            Assert.True(await answers.MoveNextAsync().AsTask().WaitAsync(s_hang));
            Assert.Equal($"re: {text}", answers.Current.Value);
        }

        await chat.CompleteAsync();
        Assert.False(await answers.MoveNextAsync().AsTask().WaitAsync(s_hang));
    }

    [Fact]
    public async Task It_understands_our_deadline_and_our_cancellation()
    {
        var before = DateTimeOffset.UtcNow;
        var deadline = "";
        await foreach (var message in _channel.StreamAsync(
            EchoMethods.Hang, new StringValue(), new GrpcCallOptions { Deadline = TimeSpan.FromHours(1) }))
        {
            deadline = message.Value;
            break;
        }

        var heard = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(deadline, CultureInfo.InvariantCulture));
        Assert.InRange(heard, before.AddHours(1).AddSeconds(-1), DateTimeOffset.UtcNow.AddHours(1).AddSeconds(1));
        Assert.True((await _channel.CallAsync(EchoMethods.Cancelled, new StringValue()).WaitAsync(s_hang)).Value >= 1);

        var error = await Assert.ThrowsAsync<GrpcException>(async () =>
        {
            await foreach (var _ in _channel.StreamAsync(
                EchoMethods.Hang, new StringValue(), new GrpcCallOptions { Deadline = TimeSpan.FromMilliseconds(300) }))
            {
            }
        });
        Assert.Equal(GrpcStatusCode.DeadlineExceeded, error.Code);
    }

    private Task<GrpcException> FailAsync(GrpcMethod<StringValue, StringValue> method, string text) =>
        Assert.ThrowsAsync<GrpcException>(() => _channel.CallAsync(method, new StringValue { Value = text }).WaitAsync(s_hang));

    [GeneratedRegex(@"^# pass (\d+)", RegexOptions.Multiline)]
    private static partial Regex PassPattern();
}
