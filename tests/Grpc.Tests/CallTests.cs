using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc.Client;

namespace McpMesh.Grpc.Tests;

public sealed class CallTests
{
    [Fact]
    public async Task A_unary_call_brings_its_answer()
    {
        await using var server = await TestServer.StartAsync(routes => routes
            .Unary(Methods.Say, (request, _, _) => Task.FromResult(new StringValue { Value = $"you said {request.Value}" })));
        using var channel = new GrpcChannel(server.Address);

        var response = await channel.CallAsync(Methods.Say, new StringValue { Value = "grüezi" }).WaitAsync(Methods.Hang);

        Assert.Equal("you said grüezi", response.Value);
    }

    [Fact]
    public async Task A_service_without_a_package_and_empty_messages_work()
    {
        await using var server = await TestServer.StartAsync(routes => routes
            .Unary(Methods.Hello, (_, call, _) => Task.FromResult(new Empty())));
        using var channel = new GrpcChannel(server.Address);

        Assert.Equal("/TaskHubSidecarService/Hello", Methods.Hello.Path);
        Assert.Equal(new Empty(), await channel.CallAsync(Methods.Hello, new Empty()).WaitAsync(Methods.Hang));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task A_server_stream_brings_every_message_in_order(int count)
    {
        await using var server = await TestServer.StartAsync(routes => routes
            .ServerStreaming(Methods.Count, async (request, responses, _, cancel) =>
            {
                for (var i = 1; i <= request.Value; i++) await responses.WriteAsync(new Int32Value { Value = i }, cancel);
            }));
        using var channel = new GrpcChannel(server.Address);

        var received = new List<int>();
        await foreach (var message in channel.StreamAsync(Methods.Count, new Int32Value { Value = count })) received.Add(message.Value);

        Assert.Equal(Enumerable.Range(1, count), received);
    }

    [Fact]
    public async Task A_duplex_call_answers_each_message_before_the_next_is_sent()
    {
        await using var server = await TestServer.StartAsync(routes => routes
            .Duplex(Methods.Chat, async (requests, responses, _, cancel) =>
            {
                await foreach (var request in requests.WithCancellation(cancel))
                    await responses.WriteAsync(new StringValue { Value = $"re: {request.Value}" }, cancel);
            }));
        using var channel = new GrpcChannel(server.Address);
        await using var call = channel.OpenDuplex(Methods.Chat);
        await using var responses = call.ReadAllAsync().GetAsyncEnumerator();

        foreach (var text in (string[])["one", "two", "three"])
        {
            await call.WriteAsync(new StringValue { Value = text }).WaitAsync(Methods.Hang);
            Assert.True(await responses.MoveNextAsync().AsTask().WaitAsync(Methods.Hang));
            Assert.Equal($"re: {text}", responses.Current.Value);
        }

        await call.CompleteAsync();
        Assert.False(await responses.MoveNextAsync().AsTask().WaitAsync(Methods.Hang));
    }

    [Fact]
    public async Task A_refusal_is_the_status_with_its_text()
    {
        await using var server = await TestServer.StartAsync(routes => routes
            .Unary(Methods.Say, (_, _, _) => throw new GrpcException(GrpcStatusCode.NotFound, "no »x«: 100 %\nat all")));
        using var channel = new GrpcChannel(server.Address);

        var error = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(Methods.Say, new StringValue()).WaitAsync(Methods.Hang));

        Assert.Equal((GrpcStatusCode.NotFound, "no »x«: 100 %\nat all"), (error.Code, error.Detail));
    }
}
