using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc.Client;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace McpMesh.Grpc.Tests;

/// <summary>Connections that break, fall silent, or carry much at a time.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task A_connection_that_breaks_ends_its_calls_with_unavailable_and_the_next_call_connects_anew()
    {
        await using var server = await WaitingServerAsync();
        await using var relay = new Relay(server.Port);
        using var channel = new GrpcChannel(relay.Address);
        await using var stream = channel.StreamAsync(Methods.Count, new Int32Value()).GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync().AsTask().WaitAsync(Methods.Hang));

        relay.Cut();

        var error = await Assert.ThrowsAsync<GrpcException>(() => stream.MoveNextAsync().AsTask().WaitAsync(Methods.Hang));
        Assert.Equal(GrpcStatusCode.Unavailable, error.Code);
        Assert.Equal("again", (await channel.CallAsync(Methods.Say, new StringValue { Value = "again" }).WaitAsync(Methods.Hang)).Value);
    }

    [Fact]
    public async Task A_connection_that_breaks_cancels_the_handler()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await WaitingServerAsync(cancelled);
        await using var relay = new Relay(server.Port);
        using var channel = new GrpcChannel(relay.Address);
        await using var stream = channel.StreamAsync(Methods.Count, new Int32Value()).GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync().AsTask().WaitAsync(Methods.Hang));

        relay.Cut();

        await cancelled.Task.WaitAsync(Methods.Hang);
        Assert.Empty(server.Log.All);
    }

    [Fact]
    public async Task A_connection_that_falls_silent_is_found_out_by_its_pings()
    {
        await using var server = await WaitingServerAsync();
        await using var relay = new Relay(server.Port);
        using var channel = new GrpcChannel(
            relay.Address, new GrpcChannelOptions { KeepAlivePingDelay = TimeSpan.FromSeconds(1), KeepAlivePingTimeout = TimeSpan.FromSeconds(1) });
        await using var stream = channel.StreamAsync(Methods.Count, new Int32Value()).GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync().AsTask().WaitAsync(Methods.Hang));

        relay.Silence();

        var error = await Assert.ThrowsAsync<GrpcException>(() => stream.MoveNextAsync().AsTask().WaitAsync(Methods.Hang));
        Assert.Equal(GrpcStatusCode.Unavailable, error.Code);
    }

    [Fact]
    public async Task A_client_that_falls_silent_is_found_out_by_the_servers_pings()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await WaitingServerAsync(
            cancelled, limits => limits.Http2.KeepAlivePingDelay = limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(1));
        await using var relay = new Relay(server.Port);
        using var channel = new GrpcChannel(relay.Address);
        await using var stream = channel.StreamAsync(Methods.Count, new Int32Value()).GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync().AsTask().WaitAsync(Methods.Hang));

        relay.Silence();

        await cancelled.Task.WaitAsync(Methods.Hang);
        Assert.Empty(server.Log.All);
    }

    [Fact]
    public async Task A_disposed_channel_takes_no_calls_and_lets_those_under_way_end()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var finish = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync(routes => routes.Unary(Methods.Say, async (request, _, cancel) =>
        {
            entered.SetResult();
            await finish.Task.WaitAsync(cancel);
            return request;
        }));
        var channel = new GrpcChannel(server.Address);
        var call = channel.CallAsync(Methods.Say, new StringValue { Value = "done" });
        await entered.Task.WaitAsync(Methods.Hang);

        channel.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => channel.CallAsync(Methods.Say, new StringValue()).WaitAsync(Methods.Hang));
        finish.SetResult();
        Assert.Equal("done", (await call.WaitAsync(Methods.Hang)).Value);
    }

    [Fact]
    public async Task Many_calls_share_a_channel()
    {
        await using var server = await WaitingServerAsync();
        using var channel = new GrpcChannel(server.Address);

        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(async i =>
            (i, (await channel.CallAsync(Methods.Say, new StringValue { Value = $"{i}" })).Value))).WaitAsync(Methods.Hang);

        Assert.All(answers, answer => Assert.Equal($"{answer.i}", answer.Value));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65_535)]
    [InlineData(1 << 20)]
    [InlineData((4 << 20) - 16)]
    public async Task Messages_up_to_the_limit_pass_both_ways(int size)
    {
        await using var server = await WaitingServerAsync();
        using var channel = new GrpcChannel(server.Address);
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        var message = new BytesValue { Value = ByteString.CopyFrom(bytes) };

        Assert.Equal(message, await channel.CallAsync(Methods.Bytes, message).WaitAsync(Methods.Hang));
    }

    [Fact]
    public async Task A_stream_may_be_longer_than_any_limit_of_a_request()
    {
        await using var server = await TestServer.StartAsync(routes => routes
            .Duplex(Methods.Bytes, async (requests, responses, _, cancel) =>
            {
                var sum = 0L;
                await foreach (var request in requests) sum += request.Value.Length;
                await responses.WriteAsync(new BytesValue { Value = ByteString.CopyFrom(BitConverter.GetBytes(sum)) }, cancel);
            }));
        using var channel = new GrpcChannel(server.Address);
        await using var call = channel.OpenDuplex(Methods.Bytes);
        var megabyte = new BytesValue { Value = ByteString.CopyFrom(new byte[1 << 20]) };

        for (var i = 0; i < 40; i++) await call.WriteAsync(megabyte).WaitAsync(Methods.Hang);
        await call.CompleteAsync();

        var answers = new List<long>();
        await foreach (var answer in call.ReadAllAsync()) answers.Add(BitConverter.ToInt64(answer.Value.Span));
        Assert.Equal([40L << 20], answers);
    }

    private static Task<TestServer> WaitingServerAsync(
        TaskCompletionSource? cancelled = null, Action<KestrelServerLimits>? configure = null) =>
        TestServer.StartAsync(
            routes => routes
                .Unary(Methods.Say, (request, _, _) => Task.FromResult(request))
                .Unary(Methods.Bytes, (request, _, _) => Task.FromResult(request))
                .ServerStreaming(Methods.Count, async (_, responses, _, cancel) =>
                {
                    await responses.WriteAsync(new Int32Value(), cancel);
                    try
                    {
                        await Task.Delay(Timeout.Infinite, cancel);
                    }
                    finally
                    {
                        cancelled?.TrySetResult();
                    }
                }),
            configure: configure);
}
