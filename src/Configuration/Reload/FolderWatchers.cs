namespace McpMesh.Configuration.Reload;

/// <summary>Signals any change in the folders. Names are not looked at: a mounted file changes by a swap of a link beside it.</summary>
internal sealed class FolderWatchers : IDisposable
{
    private readonly List<FileSystemWatcher> _watchers = [];

    public FolderWatchers(IEnumerable<string> folders, Action changed)
    {
        foreach (var folder in folders.Where(Directory.Exists))
        {
            var watcher = new FileSystemWatcher(folder);
            watcher.Changed += (_, _) => changed();
            watcher.Created += (_, _) => changed();
            watcher.Deleted += (_, _) => changed();
            watcher.Renamed += (_, _) => changed();
            // Lost events (a full queue) may have been about our files.
            watcher.Error += (_, _) => changed();
            watcher.EnableRaisingEvents = true;
            _watchers.Add(watcher);
        }
    }

    public void Dispose()
    {
        foreach (var watcher in _watchers)
            watcher.Dispose();
    }
}
