namespace McpMesh.Sidecar.Tests.Storage;

/// <summary>Holds the writer's thread in a commit of its own, so that what is queued meanwhile shares the next one.</summary>
internal sealed class HeldBatch : IDisposable
{
    private readonly ManualResetEventSlim _started = new();
    private readonly ManualResetEventSlim _continued = new();
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _paused = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the writer is held.</summary>
    public Task Held => _held.Task;

    /// <summary>Ends when the writer stands in <see cref="Pause"/>.</summary>
    public Task Paused => _paused.Task;

    public void Start() => _started.Set();

    public void Continue() => _continued.Set();

    /// <summary>A change that ends with <see cref="Start"/>.</summary>
    public bool Hold()
    {
        _held.SetResult();
        _started.Wait();
        return true;
    }

    /// <summary>A change that ends with <see cref="Continue"/>.</summary>
    public bool Pause()
    {
        _paused.SetResult();
        _continued.Wait();
        return true;
    }

    public void Dispose()
    {
        // A test that failed half-way leaves the writer free to stop.
        Start();
        Continue();
        _started.Dispose();
        _continued.Dispose();
    }
}
