using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.PubSub;

/// <summary>
/// Tells that a database file has changed. Changes of this process are told at once; those of other processes are seen through SQLite's
/// data_version, or sooner and for less through a look of the owner's own.
/// </summary>
internal sealed class ChangeWatch : IDisposable
{
    private const int LooksBetweenReads = 40;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(25);
    private readonly SqliteLocation _location;
    private readonly Func<bool>? _look;
    private readonly Func<SqliteSession, bool>? _matters;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private TaskCompletionSource _next = NewSource();
    private Task? _polling;
    private SqliteSession? _session;

    /// <param name="location">The file.</param>
    /// <param name="look">
    /// Tells of a change without a read of the file, which is then read once a second only; null: there is no such way.
    /// </param>
    /// <param name="matters">Looks whether a change by another process is worth waking anybody for; null: every one is.</param>
    public ChangeWatch(SqliteLocation location, Func<bool>? look = null, Func<SqliteSession, bool>? matters = null)
    {
        _location = location;
        _look = look;
        _matters = matters;
        _session = SqliteSession.Open(location);
    }

    /// <summary>Ends with the next change. The first call starts the polling: a process that only publishes does none.</summary>
    public Task Next()
    {
        lock (_gate)
        {
            _polling ??= PollAsync();
            return _next.Task;
        }
    }

    public void Signal()
    {
        TaskCompletionSource ended;
        lock (_gate)
        {
            ended = _next;
            _next = NewSource();
        }

        ended.TrySetResult();
    }

    public void Dispose()
    {
        _stop.Cancel();
        try
        {
            _polling?.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }

        _session?.Dispose();
        _stop.Dispose();
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task PollAsync()
    {
        using var timer = new PeriodicTimer(PollInterval);
        long? seen = -1;
        for (var tick = 0; await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false); tick++)
        {
            var isRead = _look is null || tick % LooksBetweenReads == 0;
            if (_look?.Invoke() == true || (isRead && HasNews(ref seen))) Signal();
        }
    }

    /// <summary>Also when the file cannot be read: whoever waits shall look for himself, and hear why.</summary>
    private bool HasNews(ref long? seen)
    {
        try
        {
            _session ??= SqliteSession.Open(_location);
            var version = Version(_session);
            if (version == seen) return false;
            seen = version;
            return _matters is null || _matters(_session);
        }
        catch (StorageException)
        {
            // A connection keeps pages; what it read while the file was bad is not to be believed after.
            _session?.Dispose();
            _session = null;
            seen = null;
            return true;
        }
    }

    private static long Version(SqliteSession session)
    {
        var pragma = session.Prepare("PRAGMA data_version");
        try
        {
            pragma.Step();
            return pragma.Int64(0);
        }
        finally
        {
            pragma.Reset();
        }
    }
}
