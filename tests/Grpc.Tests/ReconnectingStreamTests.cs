using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc.Client;

namespace McpMesh.Grpc.Tests;

public sealed class ReconnectingStreamTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly CancellationTokenSource _hang = new(Methods.Hang);
    private readonly List<(GrpcStatusCode? Code, TimeSpan Delay)> _losses = [];

    public void Dispose() => _hang.Dispose();

    [Fact]
    public async Task Failures_are_waited_out_longer_and_longer_within_jitter_and_limit()
    {
        var opened = 0;
        var stream = new ReconnectingStream<int>(_ => OpenAsync(), Options());
        var reading = stream.ReadAllAsync(_hang.Token).GetAsyncEnumerator().MoveNextAsync();

        for (var i = 0; i < 12; i++) _time.Advance(await _time.NextTimerAsync(_hang.Token));

        Assert.True(await reading);
        Assert.Equal(13, opened);
        var most = 100.0;
        foreach (var (code, delay) in _losses)
        {
            Assert.Equal(GrpcStatusCode.Unavailable, code);
            Assert.InRange(delay.TotalMilliseconds, most / 2, most);
            most = Math.Min(most * 2, 10_000);
        }

        // The last ones have one limit in common: only jitter sets them apart.
        Assert.True(_losses.TakeLast(5).Distinct().Count() > 1, "no jitter");

        async IAsyncEnumerable<int> OpenAsync()
        {
            await Task.Yield();
            if (++opened <= 12) throw new GrpcException(GrpcStatusCode.Unavailable, "down");
            yield return opened;
        }
    }

    [Fact]
    public async Task A_message_makes_the_wait_short_again()
    {
        var opened = 0;
        var received = new List<int>();
        var stream = new ReconnectingStream<int>(_ => OpenAsync(), Options());
        var reading = ReadAsync();

        for (var i = 0; i < 8; i++) _time.Advance(await _time.NextTimerAsync(_hang.Token));
        await reading;

        Assert.Equal([5, 9], received);
        Assert.InRange(_losses[3].Delay.TotalMilliseconds, 400, 800);
        Assert.Null(_losses[4].Code);
        Assert.All([_losses[4], _losses[0]], loss => Assert.InRange(loss.Delay.TotalMilliseconds, 50, 100));

        async Task ReadAsync()
        {
            await foreach (var value in stream.ReadAllAsync(_hang.Token))
            {
                received.Add(value);
                if (received.Count == 2) break;
            }
        }

        async IAsyncEnumerable<int> OpenAsync()
        {
            await Task.Yield();
            if (++opened is not (5 or 9)) throw new GrpcException(GrpcStatusCode.Internal, "broken");
            yield return opened;
        }
    }

    [Fact]
    public async Task A_silent_stream_that_lasted_counts_as_a_success()
    {
        var opened = 0;
        var stream = new ReconnectingStream<int>(_ => OpenAsync(), Options());
        var reading = stream.ReadAllAsync(_hang.Token).GetAsyncEnumerator().MoveNextAsync();

        for (var i = 0; i < 6; i++) _time.Advance(await _time.NextTimerAsync(_hang.Token));

        Assert.True(await reading);
        Assert.InRange(_losses[4].Delay.TotalMilliseconds, 800, 1600);
        Assert.InRange(_losses[5].Delay.TotalMilliseconds, 50, 100);

        async IAsyncEnumerable<int> OpenAsync()
        {
            await Task.Yield();
            if (++opened == 6) _time.Advance(TimeSpan.FromSeconds(10));
            if (opened <= 6) throw new GrpcException(GrpcStatusCode.Unavailable, "gone");
            yield return 7;
        }
    }

    [Fact]
    public async Task A_final_status_goes_to_the_reader()
    {
        var stream = new ReconnectingStream<int>(
            _ => throw new GrpcException(GrpcStatusCode.Unauthenticated, "who?"),
            Options() with { FinalStatuses = [GrpcStatusCode.Unauthenticated] });

        var error = await Assert.ThrowsAsync<GrpcException>(async () =>
        {
            await foreach (var _ in stream.ReadAllAsync(_hang.Token)) { }
        });

        Assert.Equal(GrpcStatusCode.Unauthenticated, error.Code);
        Assert.Empty(_losses);
    }

    [Fact]
    public async Task Stopping_ends_the_wait()
    {
        using var stop = new CancellationTokenSource();
        var stream = new ReconnectingStream<int>(_ => throw new GrpcException(GrpcStatusCode.Unavailable, "down"), Options());
        var reading = stream.ReadAllAsync(stop.Token).GetAsyncEnumerator().MoveNextAsync().AsTask();
        await _time.NextTimerAsync(_hang.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Methods.Hang));
    }

    [Fact]
    public async Task Across_a_cut_and_a_move_to_another_server_the_reader_sees_one_stream()
    {
        await using var first = await ServerAsync(1);
        await using var second = await ServerAsync(2);
        await using var relay = new Relay(first.Port);
        using var channel = new GrpcChannel(relay.Address);
        var stream = new ReconnectingStream<Int32Value>(
            cancel => channel.StreamAsync(Methods.Count, new Int32Value(), null, cancel),
            new ReconnectOptions { FirstDelay = TimeSpan.FromMilliseconds(1), Lost = (error, delay) => _losses.Add((error?.Code, delay)) });
        await using var messages = stream.ReadAllAsync(_hang.Token).GetAsyncEnumerator();

        Assert.True(await messages.MoveNextAsync());
        Assert.Equal(1, messages.Current.Value);
        relay.TargetPort = second.Port;
        relay.Cut();
        Assert.True(await messages.MoveNextAsync());
        Assert.Equal(2, messages.Current.Value);

        Assert.Equal(GrpcStatusCode.Unavailable, _losses[0].Code);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(2, 1)]
    public void Delays_that_make_no_sense_are_refused(int first, int longest) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReconnectingStream<int>(
            _ => throw new InvalidOperationException(),
            new ReconnectOptions { FirstDelay = TimeSpan.FromSeconds(first), LongestDelay = TimeSpan.FromSeconds(longest) }));

    private ReconnectOptions Options() => new()
    {
        TimeProvider = _time,
        Lost = (error, delay) => _losses.Add((error?.Code, delay)),
    };

    private static Task<TestServer> ServerAsync(int number) => TestServer.StartAsync(routes => routes
        .ServerStreaming(Methods.Count, async (_, responses, _, cancel) =>
        {
            await responses.WriteAsync(new Int32Value { Value = number }, cancel);
            await Task.Delay(Timeout.Infinite, cancel);
        }));
}
