namespace McpMesh.Sidecar.Invocation;

/// <summary><c>--app-max-concurrency</c>: how many requests are with the app at a time, calls and deliveries together.</summary>
internal sealed class AppSlots(int most)
{
    private readonly SemaphoreSlim? _slots = most > 0 ? new SemaphoreSlim(most) : null;

    /// <summary>Waits for a free one; it is given back by disposal.</summary>
    public async ValueTask<Slot> TakeAsync(CancellationToken cancellationToken)
    {
        if (_slots is not null) await _slots.WaitAsync(cancellationToken);
        return new Slot(_slots);
    }

    internal readonly struct Slot(SemaphoreSlim? slots) : IDisposable
    {
        public void Dispose() => slots?.Release();
    }
}
