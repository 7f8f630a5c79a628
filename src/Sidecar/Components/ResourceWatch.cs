namespace McpMesh.Sidecar.Components;

/// <summary>
/// Says when files under --resources-path change, after they have been quiet for a moment. What the system's watch misses, as a folder
/// that was replaced, a look at intervals finds; so does it all where the system has no watch left to give.
/// </summary>
internal sealed class ResourceWatch : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);
    private readonly List<FileSystemWatcher> _watchers = [];
    private readonly ITimer _quiet;
    private readonly ITimer _interval;
    private readonly SemaphoreSlim _changes = new(0, 1);

    /// <param name="interval">How often to look without having been told.</param>
    /// <param name="unwatched">A path that is only looked at, and why.</param>
    public ResourceWatch(IEnumerable<string> paths, TimeSpan interval, TimeProvider clock, Action<string, string> unwatched)
    {
        _quiet = clock.CreateTimer(_ => Announce(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _interval = clock.CreateTimer(_ => Announce(), null, interval, interval);
        foreach (var path in paths)
        {
            try
            {
                Watch(Path.GetFullPath(path));
            }
            catch (IOException error)
            {
                // Linux counts them by user: 128 as it comes.
                unwatched(path, error.Message);
            }
        }
    }

    /// <summary>Ends when there may be something new.</summary>
    public Task WhenChangedAsync(CancellationToken cancellationToken) => _changes.WaitAsync(cancellationToken);

    /// <summary>Looks now, as after SIGHUP.</summary>
    public void Announce()
    {
        try
        {
            _changes.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is already known.
        }
        catch (ObjectDisposedException)
        {
            // The timer fired while the sidecar stops.
        }
    }

    public void Dispose()
    {
        foreach (var watcher in _watchers) watcher.Dispose();
        _quiet.Dispose();
        _interval.Dispose();
        _changes.Dispose();
    }

    private void Watch(string path)
    {
        var isFile = File.Exists(path);
        if (!isFile && !Directory.Exists(path)) return; // whoever reads it says so
        var watcher = new FileSystemWatcher(isFile ? Path.GetDirectoryName(path)! : path)
        {
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size | NotifyFilters.CreationTime,
        };
        if (isFile) watcher.Filter = Path.GetFileName(path);
        watcher.Changed += Touched;
        watcher.Created += Touched;
        watcher.Deleted += Touched;
        watcher.Renamed += Touched;
        _watchers.Add(watcher);
        watcher.EnableRaisingEvents = true;
    }

    private void Touched(object sender, FileSystemEventArgs change)
    {
        try
        {
            _quiet.Change(Quiet, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The sidecar stops.
        }
    }
}
