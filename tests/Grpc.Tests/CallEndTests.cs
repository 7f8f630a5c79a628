using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc.Client;
using McpMesh.Grpc.Server;

namespace McpMesh.Grpc.Tests;

/// <summary>Deadlines and cancellation, each at the side that makes it happen and at the other one.</summary>
public sealed class CallEndTests
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task The_client_enforces_its_deadline_and_the_server_learns_of_it()
    {
        var time = new ManualTime();
        await using var server = await HangingServerAsync();
        using var channel = new GrpcChannel(server.Address, new GrpcChannelOptions { TimeProvider = time });

        var call = channel.CallAsync(Methods.Say, new StringValue(), new GrpcCallOptions { Deadline = TimeSpan.FromHours(1) });
        await _entered.Task.WaitAsync(Methods.Hang);
        time.Advance(TimeSpan.FromMinutes(59));
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromMinutes(1));

        var error = await Assert.ThrowsAsync<GrpcException>(() => call.WaitAsync(Methods.Hang));
        Assert.Equal(GrpcStatusCode.DeadlineExceeded, error.Code);
        await _cancelled.Task.WaitAsync(Methods.Hang);
    }

    [Fact]
    public async Task The_server_enforces_the_deadline_too()
    {
        var time = new ManualTime();
        DateTimeOffset? deadline = null;
        await using var server = await HangingServerAsync(new GrpcServerOptions { TimeProvider = time }, call => deadline = call.Deadline);
        using var raw = new RawCall();

        var answer = raw.SendAsync(server.Address, Methods.Say.Path, [RawCall.Frame([])], headers: ("grpc-timeout", "90S"));
        await _entered.Task.WaitAsync(Methods.Hang);
        Assert.Equal(time.GetUtcNow() + TimeSpan.FromSeconds(90), deadline);
        time.Advance(TimeSpan.FromSeconds(90));

        Assert.Equal(GrpcStatusCode.DeadlineExceeded, (await answer.WaitAsync(Methods.Hang)).Status);
        await _cancelled.Task.WaitAsync(Methods.Hang);
    }

    [Fact]
    public async Task A_deadline_ends_a_stream_between_its_messages()
    {
        var time = new ManualTime();
        await using var server = await HangingServerAsync();
        using var channel = new GrpcChannel(server.Address, new GrpcChannelOptions { TimeProvider = time });
        await using var stream = channel
            .StreamAsync(Methods.Count, new Int32Value(), new GrpcCallOptions { Deadline = TimeSpan.FromSeconds(5) }).GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync().AsTask().WaitAsync(Methods.Hang));

        time.Advance(TimeSpan.FromSeconds(5));

        var error = await Assert.ThrowsAsync<GrpcException>(() => stream.MoveNextAsync().AsTask().WaitAsync(Methods.Hang));
        Assert.Equal(GrpcStatusCode.DeadlineExceeded, error.Code);
        await _cancelled.Task.WaitAsync(Methods.Hang);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task A_deadline_that_has_passed_sends_nothing(int seconds)
    {
        using var channel = new GrpcChannel(new Uri("http://127.0.0.1:1"));

        var error = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(
            Methods.Say, new StringValue(), new GrpcCallOptions { Deadline = TimeSpan.FromSeconds(seconds) }).WaitAsync(Methods.Hang));

        Assert.Equal(GrpcStatusCode.DeadlineExceeded, error.Code);
    }

    [Fact]
    public async Task A_deadline_beyond_all_timers_is_no_deadline()
    {
        await using var server = await TestServer.StartAsync(routes => routes.Unary(Methods.Say, (request, _, _) => Task.FromResult(request)));
        using var channel = new GrpcChannel(server.Address);

        var response = await channel.CallAsync(
            Methods.Say, new StringValue { Value = "x" }, new GrpcCallOptions { Deadline = TimeSpan.MaxValue }).WaitAsync(Methods.Hang);

        Assert.Equal("x", response.Value);
    }

    [Fact]
    public async Task A_cancelled_unary_call_is_cancelled_at_both_sides()
    {
        await using var server = await HangingServerAsync();
        using var channel = new GrpcChannel(server.Address);
        using var cancel = new CancellationTokenSource();
        var call = channel.CallAsync(Methods.Say, new StringValue(), null, cancel.Token);
        await _entered.Task.WaitAsync(Methods.Hang);

        await cancel.CancelAsync();

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(Methods.Hang));
        Assert.Equal(cancel.Token, error.CancellationToken);
        await _cancelled.Task.WaitAsync(Methods.Hang);
        Assert.Empty(server.Log.All);
    }

    [Fact]
    public async Task Leaving_a_stream_cancels_it_at_the_server()
    {
        await using var server = await HangingServerAsync();
        using var channel = new GrpcChannel(server.Address);

        await foreach (var _ in channel.StreamAsync(Methods.Count, new Int32Value())) break;

        await _cancelled.Task.WaitAsync(Methods.Hang);
    }

    [Fact]
    public async Task Cancelling_a_streams_reader_ends_it()
    {
        await using var server = await HangingServerAsync();
        using var channel = new GrpcChannel(server.Address);
        using var cancel = new CancellationTokenSource();
        await using var stream = channel.StreamAsync(Methods.Count, new Int32Value()).GetAsyncEnumerator(cancel.Token);
        Assert.True(await stream.MoveNextAsync().AsTask().WaitAsync(Methods.Hang));

        var next = stream.MoveNextAsync().AsTask();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.WaitAsync(Methods.Hang));
        await _cancelled.Task.WaitAsync(Methods.Hang);
    }

    [Fact]
    public async Task Disposing_a_duplex_call_cancels_it_at_the_server_and_frees_its_reader()
    {
        await using var server = await HangingServerAsync();
        using var channel = new GrpcChannel(server.Address);
        var call = channel.OpenDuplex(Methods.Chat);
        var reading = ReadAsync();
        await call.WriteAsync(new StringValue()).WaitAsync(Methods.Hang);
        await _entered.Task.WaitAsync(Methods.Hang);

        await call.DisposeAsync().AsTask().WaitAsync(Methods.Hang);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Methods.Hang));
        await _cancelled.Task.WaitAsync(Methods.Hang);
        await Assert.ThrowsAsync<GrpcException>(() => call.WriteAsync(new StringValue()).WaitAsync(Methods.Hang));

        async Task ReadAsync()
        {
            await foreach (var _ in call.ReadAllAsync()) { }
        }
    }

    [Fact]
    public async Task Writing_to_a_duplex_call_that_the_server_ended_fails_and_its_reader_has_the_status()
    {
        await using var server = await TestServer.StartAsync(routes => routes
            .Duplex(Methods.Chat, (_, _, _, _) => throw new GrpcException(GrpcStatusCode.PermissionDenied, "not you")));
        using var channel = new GrpcChannel(server.Address);
        await using var call = channel.OpenDuplex(Methods.Chat);

        var error = await Assert.ThrowsAsync<GrpcException>(() => call.Opened.WaitAsync(Methods.Hang));
        Assert.Equal((GrpcStatusCode.PermissionDenied, "not you"), (error.Code, error.Detail));
        var reading = await Assert.ThrowsAsync<GrpcException>(async () =>
        {
            await foreach (var _ in call.ReadAllAsync()) { }
        });
        Assert.Equal(GrpcStatusCode.PermissionDenied, reading.Code);
        await Assert.ThrowsAnyAsync<Exception>(() => call.WriteAsync(new StringValue()).WaitAsync(Methods.Hang));
    }

    private Task<TestServer> HangingServerAsync(GrpcServerOptions? options = null, Action<GrpcServerCall>? look = null) =>
        TestServer.StartAsync(
            routes => routes
                .Unary(Methods.Say, async (request, call, cancel) =>
                {
                    look?.Invoke(call);
                    await HangAsync(cancel);
                    return request;
                })
                .ServerStreaming(Methods.Count, async (_, responses, _, cancel) =>
                {
                    await responses.WriteAsync(new Int32Value(), cancel);
                    await HangAsync(cancel);
                })
                .Duplex(Methods.Chat, async (requests, _, _, cancel) =>
                {
                    try
                    {
                        await foreach (var _ in requests) _entered.TrySetResult();
                    }
                    catch (OperationCanceledException) when (cancel.IsCancellationRequested)
                    {
                        _cancelled.TrySetResult();
                        throw;
                    }
                }),
            options);

    private async Task HangAsync(CancellationToken cancel)
    {
        _entered.TrySetResult();
        try
        {
            await Task.Delay(Timeout.Infinite, cancel);
        }
        finally
        {
            _cancelled.TrySetResult();
        }
    }
}
