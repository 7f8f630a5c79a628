using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc.Client;
using McpMesh.Grpc.Server;
using Microsoft.Extensions.Logging;

namespace McpMesh.Grpc.Tests;

public sealed class ServerStatusTests
{
    [Fact]
    public async Task An_exception_is_unknown_to_the_caller_and_whole_in_the_log()
    {
        await using var server = await TestServer.StartAsync(routes => routes
            .Unary(Methods.Say, (_, _, _) => throw new InvalidOperationException("password=hunter2")));
        using var channel = new GrpcChannel(server.Address);

        var error = await FailAsync(channel);

        Assert.Equal(GrpcStatusCode.Unknown, error.Code);
        Assert.DoesNotContain("hunter2", error.Detail, StringComparison.Ordinal);
        var line = Assert.Single(server.Log.All);
        Assert.Equal(LogLevel.Error, line.Level);
        Assert.Equal("/test.v1.Echo/Say failed", line.Text);
        Assert.Contains("hunter2", line.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancellation_of_the_handlers_own_is_cancelled()
    {
        await using var server = await TestServer.StartAsync(routes => routes
            .Unary(Methods.Say, (_, _, _) => throw new OperationCanceledException()));
        using var channel = new GrpcChannel(server.Address);

        Assert.Equal(GrpcStatusCode.Cancelled, (await FailAsync(channel)).Code);
    }

    [Fact]
    public async Task A_failure_after_messages_comes_in_the_trailers_after_them()
    {
        await using var server = await TestServer.StartAsync(routes => routes
            .ServerStreaming(Methods.Count, async (_, responses, _, cancel) =>
            {
                await responses.WriteAsync(new Int32Value { Value = 1 }, cancel);
                await responses.WriteAsync(new Int32Value { Value = 2 }, cancel);
                throw new GrpcException(GrpcStatusCode.OutOfRange, "no three");
            }));
        using var channel = new GrpcChannel(server.Address);

        var received = new List<int>();
        var error = await Assert.ThrowsAsync<GrpcException>(async () =>
        {
            await foreach (var message in channel.StreamAsync(Methods.Count, new Int32Value { Value = 3 })) received.Add(message.Value);
        });

        Assert.Equal([1, 2], received);
        Assert.Equal((GrpcStatusCode.OutOfRange, "no three"), (error.Code, error.Detail));
    }

    [Fact]
    public async Task An_answer_over_the_limit_is_not_sent()
    {
        await using var server = await TestServer.StartAsync(
            routes => routes.Unary(Methods.Say, (_, _, _) => Task.FromResult(new StringValue { Value = new string('x', 100) })),
            new GrpcServerOptions { MaxSendMessageSize = 100 });
        using var channel = new GrpcChannel(server.Address);

        Assert.Equal(GrpcStatusCode.ResourceExhausted, (await FailAsync(channel)).Code);
    }

    [Fact]
    public async Task The_interceptor_refuses_before_the_handler_and_also_what_does_not_exist()
    {
        var handled = 0;
        await using var server = await TestServer.StartAsync(
            routes => routes.Unary(Methods.Say, (request, _, _) =>
            {
                Interlocked.Increment(ref handled);
                return Task.FromResult(request);
            }),
            new GrpcServerOptions
            {
                Interceptor = (call, _) => call.RequestHeaders["dapr-api-token"] == "right"
                    ? ValueTask.CompletedTask
                    : throw new GrpcException(GrpcStatusCode.Unauthenticated, $"{call.Path}: token is missing or wrong"),
            });
        using var without = new GrpcChannel(server.Address);
        using var with = new GrpcChannel(server.Address, new GrpcChannelOptions { Headers = { { "dapr-api-token", "right" } } });

        Assert.Equal(GrpcStatusCode.Unauthenticated, (await FailAsync(without)).Code);
        var unknown = await Assert.ThrowsAsync<GrpcException>(() => without.CallAsync(Methods.Hello, new Empty()).WaitAsync(Methods.Hang));
        Assert.Equal(GrpcStatusCode.Unauthenticated, unknown.Code);
        Assert.Equal(0, handled);
        await with.CallAsync(Methods.Say, new StringValue()).WaitAsync(Methods.Hang);
        Assert.Equal(1, handled);
        unknown = await Assert.ThrowsAsync<GrpcException>(() => with.CallAsync(Methods.Hello, new Empty()).WaitAsync(Methods.Hang));
        Assert.Equal(GrpcStatusCode.Unimplemented, unknown.Code);
    }

    [Fact]
    public async Task A_stopping_server_ends_streams_and_lets_unary_calls_finish()
    {
        using var stopping = new CancellationTokenSource();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var finish = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync(
            routes => routes
                .Unary(Methods.Say, async (request, _, cancel) =>
                {
                    entered.SetResult();
                    await finish.Task.WaitAsync(cancel);
                    return request;
                })
                .ServerStreaming(Methods.Count, async (_, responses, _, cancel) =>
                {
                    await responses.WriteAsync(new Int32Value(), cancel);
                    await Task.Delay(Timeout.Infinite, cancel);
                }),
            new GrpcServerOptions { Stopping = stopping.Token });
        using var channel = new GrpcChannel(server.Address);
        await using var stream = channel.StreamAsync(Methods.Count, new Int32Value()).GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync().AsTask().WaitAsync(Methods.Hang));
        var unary = channel.CallAsync(Methods.Say, new StringValue { Value = "done" });
        await entered.Task.WaitAsync(Methods.Hang);

        await stopping.CancelAsync();

        var ended = await Assert.ThrowsAsync<GrpcException>(() => stream.MoveNextAsync().AsTask().WaitAsync(Methods.Hang));
        Assert.Equal(GrpcStatusCode.Unavailable, ended.Code);
        Assert.Equal(GrpcStatusCode.Unavailable, (await FailAsync(channel)).Code);
        finish.SetResult();
        Assert.Equal("done", (await unary.WaitAsync(Methods.Hang)).Value);
    }

    [Fact]
    public async Task Writers_on_many_threads_never_mix_their_messages()
    {
        const int Writers = 8, Each = 200;
        await using var server = await TestServer.StartAsync(routes => routes
            .ServerStreaming(Methods.Bytes, (_, responses, _, cancel) => Task.WhenAll(Enumerable.Range(1, Writers).Select(writer => Task.Run(
                async () =>
                {
                    // Longer than the pieces of memory that the message is written to, one value throughout.
                    for (var i = 0; i < Each; i++)
                    {
                        var bytes = new byte[writer * 3000 + i];
                        bytes.AsSpan().Fill((byte)writer);
                        await responses.WriteAsync(new BytesValue { Value = ByteString.CopyFrom(bytes) }, cancel);
                    }
                },
                cancel)))));
        using var channel = new GrpcChannel(server.Address);

        var received = new int[Writers + 1];
        await foreach (var message in channel.StreamAsync(Methods.Bytes, new BytesValue()))
        {
            var writer = message.Value[0];
            Assert.Equal(writer * 3000 + received[writer]++, message.Value.Length);
            Assert.Equal(-1, message.Value.Span.IndexOfAnyExcept(writer));
        }

        Assert.All(received[1..], count => Assert.Equal(Each, count));
    }

    [Fact]
    public async Task A_writer_kept_beyond_its_call_writes_nowhere()
    {
        var kept = new TaskCompletionSource<IGrpcStreamWriter<Int32Value>>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync(routes => routes
            .ServerStreaming(Methods.Count, (_, responses, _, _) =>
            {
                kept.TrySetResult(responses);
                return Task.CompletedTask;
            }));
        using var channel = new GrpcChannel(server.Address);
        await foreach (var _ in channel.StreamAsync(Methods.Count, new Int32Value())) { }
        var writer = await kept.Task;

        var error = await Assert.ThrowsAsync<GrpcException>(() => writer.WriteAsync(new Int32Value()).WaitAsync(Methods.Hang));

        Assert.Equal(GrpcStatusCode.Cancelled, error.Code);
        await foreach (var message in channel.StreamAsync(Methods.Count, new Int32Value())) Assert.Fail($"{message}");
    }

    [Fact]
    public async Task The_headers_of_a_stream_can_go_ahead_of_its_messages()
    {
        var write = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync(routes => routes
            .Duplex(Methods.Chat, async (_, responses, call, cancel) =>
            {
                call.ResponseHeaders["x-opened"] = "yes";
                await responses.OpenAsync(cancel);
                await write.Task.WaitAsync(cancel);
                await responses.WriteAsync(new StringValue { Value = "first" }, cancel);
            }));
        using var channel = new GrpcChannel(server.Address);
        await using var call = channel.OpenDuplex(Methods.Chat);

        await call.Opened.WaitAsync(Methods.Hang);
        write.SetResult();

        await using var responses = call.ReadAllAsync().GetAsyncEnumerator();
        Assert.True(await responses.MoveNextAsync().AsTask().WaitAsync(Methods.Hang));
        Assert.Equal("first", responses.Current.Value);
        Assert.False(await responses.MoveNextAsync().AsTask().WaitAsync(Methods.Hang));
    }

    [Fact]
    public void A_method_has_one_handler()
    {
        var routes = new GrpcRoutes().Unary(Methods.Hello, (request, _, _) => Task.FromResult(request));

        var error = Assert.Throws<ArgumentException>(() => routes.Unary(Methods.Hello, (request, _, _) => Task.FromResult(request)));

        Assert.Contains("/TaskHubSidecarService/Hello", error.Message, StringComparison.Ordinal);
    }

    private static Task<GrpcException> FailAsync(GrpcChannel channel) =>
        Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(Methods.Say, new StringValue()).WaitAsync(Methods.Hang));
}
