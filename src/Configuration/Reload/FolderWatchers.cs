namespace McpMesh.Configuration.Reload;

/// <summary>Signals any change in the folders. Names are not looked at: a mounted file changes by a swap of a link beside it.</summary>
internal sealed class FolderWatchers : IDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(2);
    private readonly List<FileSystemWatcher> _watchers = [];
    private Timer? _looks;

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
            _watchers.Add(watcher);
            try
            {
                watcher.EnableRaisingEvents = true;
            }
            catch (IOException)
            {
                // The user has no watch left (fs.inotify.max_user_instances): then the files are looked at now and then.
                _looks ??= new Timer(_ => changed(), null, LookInterval, LookInterval);
            }
        }
    }

    public void Dispose()
    {
        _looks?.Dispose();
        foreach (var watcher in _watchers)
            watcher.Dispose();
    }
}
