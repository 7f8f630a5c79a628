namespace Dapr.Workflow.Worker;

/// <summary>The work items between their receipt and their result: how many may wait, how many run, and when there are none.</summary>
internal sealed class ItemsInFlight : IDisposable
{
    /// <summary>As many as the official worker runs at once, of each kind.</summary>
    private const int MostRunning = 100;

    /// <summary>The sidecar bounds what it gives out; this bounds what a sidecar that does not could pile up here.</summary>
    private const int MostHeld = 10_000;

    private readonly SemaphoreSlim _places = new(MostHeld);
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _held;
    private bool _closed;

    /// <summary>Turns that run at once.</summary>
    public SemaphoreSlim Workflows { get; } = new(MostRunning);

    /// <summary>Activities that run at once.</summary>
    public SemaphoreSlim Activities { get; } = new(MostRunning);

    /// <returns>False when nothing more is taken.</returns>
    public async ValueTask<bool> EnterAsync(CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        lock (_lock)
        {
            if (!_closed)
            {
                _held++;
                return true;
            }
        }
        _places.Release();
        return false;
    }

    public void Leave()
    {
        _places.Release();
        lock (_lock)
        {
            if (--_held == 0 && _closed) _idle.TrySetResult();
        }
    }

    /// <summary>Takes no more.</summary>
    /// <returns>How many there are, and the end of the last of them.</returns>
    public (int Held, Task Idle) Close()
    {
        lock (_lock)
        {
            _closed = true;
            if (_held == 0) _idle.TrySetResult();
            return (_held, _idle.Task);
        }
    }

    public void Dispose()
    {
        _places.Dispose();
        Workflows.Dispose();
        Activities.Dispose();
    }
}
