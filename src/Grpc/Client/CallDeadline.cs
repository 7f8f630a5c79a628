using McpMesh.Grpc.Framing;

namespace McpMesh.Grpc.Client;

/// <summary>The end a caller set for its call, joined with the caller's own token.</summary>
internal sealed class CallDeadline : IDisposable
{
    private readonly TimeSpan _limit;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly CancellationTokenSource? _timer;
    private readonly CancellationTokenSource? _either;

    public CallDeadline(TimeSpan limit, TimeProvider time, CancellationToken caller)
    {
        _limit = limit;
        _time = time;
        _started = time.GetTimestamp();
        Token = caller;
        if (limit > CallTimer.Longest) return;
        _timer = new CancellationTokenSource(limit > TimeSpan.Zero ? limit : TimeSpan.Zero, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, caller);
        Token = _either.Token;
    }

    /// <summary>The deadline or the caller.</summary>
    public CancellationToken Token { get; }

    /// <summary>Looks at the clock too: the timer may be late by its granularity.</summary>
    public bool IsOver => _timer is { IsCancellationRequested: true } || _time.GetElapsedTime(_started) >= _limit;

    public void Dispose()
    {
        _either?.Dispose();
        _timer?.Dispose();
    }
}
