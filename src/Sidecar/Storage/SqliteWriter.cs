namespace McpMesh.Sidecar.Storage;

/// <summary>
/// The only writer of one database file in this process. Changes that arrive while a commit runs share the next one (group commit), and
/// nobody is answered, with a result or a refusal, before the commit is done. A durable batch syncs the log to the disk (it survives a
/// power cut); a batch of leases and acknowledgements only does not sync (it survives the process, and after a power cut it merely means
/// redelivery).
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    private const int MostChangesInACommit = 512;
    private readonly WriteQueue _queue = new();
    private readonly SqliteSession _session;
    private readonly bool _syncEveryCommit;
    private readonly Thread _thread;
    private bool _syncing;

    /// <param name="upgrade">Brings a file of an earlier release to <paramref name="schema"/>, in a transaction of its own.</param>
    public SqliteWriter(SqliteLocation location, string schema, Action<SqliteSession>? upgrade = null)
    {
        _session = SqliteSession.Open(location);
        _syncEveryCommit = location.SyncEveryCommit;
        foreach (var statement in schema.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            _session.Execute(statement);
        upgrade?.Invoke(_session);
        _session.Execute("PRAGMA synchronous=NORMAL");
        // From here on the write lock is waited for in Begin, which polls much finer than SQLite's own handler.
        _session.Execute("PRAGMA busy_timeout=0");
        _thread = new Thread(Run) { IsBackground = true, Name = "sqlite " + Path.GetFileName(location.Path) };
        _thread.Start();
    }

    /// <summary>Queues a change; the task ends when the commit holds it.</summary>
    /// <exception cref="ObjectDisposedException">The sidecar is stopping.</exception>
    public Task<T> RunAsync<T>(Func<SqliteSession, T> change, bool durable = true)
    {
        var work = new WriteWork<T>(change, durable);
        if (!_queue.TryAdd(work)) throw new ObjectDisposedException(nameof(SqliteWriter), "the sidecar is stopping");
        return work.Done;
    }

    /// <summary>Commits what is queued, then closes the file.</summary>
    public void Dispose()
    {
        if (!_queue.Close()) return;
        _thread.Join();
        _session.Dispose();
    }

    private void Run()
    {
        var batch = new List<WriteWork>();
        while (_queue.Take(batch, MostChangesInACommit))
        {
            if (Commit(batch) is { } error)
            {
                foreach (var work in batch) work.Fail(error);
            }
            else
            {
                foreach (var work in batch) work.Answer();
            }

            batch.Clear();
        }
    }

    /// <summary>All or nothing; returns why it is nothing. No caller has been answered yet.</summary>
    private StorageException? Commit(List<WriteWork> batch)
    {
        var begun = false;
        try
        {
            Sync(_syncEveryCommit && batch.Exists(work => work.Durable));
            Begin();
            begun = true;
            foreach (var work in batch) Execute(work);
            _session.Prepare("COMMIT").Run();
            return null;
        }
        catch (StorageException error)
        {
            if (begun) Rollback();
            return error;
        }
    }

    /// <summary>Each change has a savepoint: one that throws leaves nothing behind, and the others go on.</summary>
    private void Execute(WriteWork work)
    {
        _session.Prepare("SAVEPOINT change").Run();
        try
        {
            work.Execute(_session);
        }
        catch (Exception error)
        {
            work.Refuse(error);
            _session.Prepare("ROLLBACK TO change").Run();
        }

        // Fails when SQLite has given up the whole transaction (disk full, I/O error), and then the batch fails.
        _session.Prepare("RELEASE change").Run();
    }

    private void Sync(bool wanted)
    {
        if (_syncing == wanted) return;
        _session.Execute(wanted ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
        _syncing = wanted;
    }

    private void Begin()
    {
        var begin = _session.Prepare("BEGIN IMMEDIATE");
        var wait = new SpinWait();
        var started = Environment.TickCount64;
        while (!begin.TryRun())
        {
            if (Environment.TickCount64 - started > 10_000)
                throw new StorageException(SQLitePCL.raw.SQLITE_BUSY, "the database was locked by another process for 10 s");
            wait.SpinOnce();
        }
    }

    private void Rollback()
    {
        try
        {
            _session.Execute("ROLLBACK");
        }
        catch (StorageException)
        {
            // SQLite has already rolled back (disk full, I/O error): there is nothing left to undo.
        }
    }
}
