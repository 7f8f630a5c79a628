namespace WorkflowTests.Worker;

/// <summary>A clock that moves when the test says, and tells what waits for it.</summary>
internal sealed class ManualClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Wait> _waits = [];
    private DateTimeOffset _now = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock) return _now;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var wait = new Wait(this, callback, state);
        wait.Change(dueTime, period);
        return wait;
    }

    /// <summary>Waits until something waits for that long, and lets the time pass.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            Task more;
            lock (_lock)
            {
                if (_waits.Exists(wait => wait.Due == _now + time)) break;
                more = _more.Task;
            }
            await more.WaitAsync(limit.Token);
        }
        Pass(time);
    }

    /// <summary>Lets the time pass.</summary>
    public void Pass(TimeSpan time)
    {
        Wait[] over;
        lock (_lock)
        {
            _now += time;
            over = [.. _waits.Where(wait => wait.Due <= _now)];
            foreach (var wait in over) wait.Next();
        }
        foreach (var wait in over) wait.Fire();
    }

    private sealed class Wait(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public DateTimeOffset Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                clock._waits.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                (Due, _period) = (clock._now + dueTime, period);
                clock._waits.Add(this);
                clock._more.TrySetResult();
                clock._more = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            return true;
        }

        public void Next()
        {
            if (_period == Timeout.InfiniteTimeSpan || _period == TimeSpan.Zero) clock._waits.Remove(this);
            else Due += _period;
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (clock._lock) clock._waits.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
