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
    private const int LockPatience = 10_000; // milliseconds
    private readonly WriteQueue _queue = new();
    private readonly SqliteLocation _location;
    private readonly string _schema;
    private readonly Action<SqliteSession>? _upgrade;
    private readonly Thread _thread;
    private SqliteSession _session;
    private bool _syncing;
    private bool _isDamaged;

    /// <param name="upgrade">Brings a file of an earlier release to <paramref name="schema"/>, in a transaction of its own.</param>
    public SqliteWriter(SqliteLocation location, string schema, Action<SqliteSession>? upgrade = null)
    {
        (_location, _schema, _upgrade) = (location, schema, upgrade);
        _session = Open();
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

    private SqliteSession Open()
    {
        var session = SqliteSession.Open(_location);
        try
        {
            foreach (var statement in _schema.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                session.Execute(statement);
            _upgrade?.Invoke(session);
            session.Execute("PRAGMA synchronous=NORMAL");
            // From here on the write lock is waited for in Begin, which polls much finer than SQLite's own handler.
            session.Execute("PRAGMA busy_timeout=0");
            _syncing = false;
            return session;
        }
        catch (StorageException error)
        {
            session.Dispose();
            throw new StorageException(error.Code, $"cannot open {_location.Path}: {error.Message}");
        }
    }

    private void Run()
    {
        var batch = new List<WriteWork>();
        while (_queue.Take(batch, MostChangesInACommit))
        {
            if (Commit(batch) is { } error)
            {
                // Those that came meanwhile have waited for the same lock: they shall not wait for it one commit after the other.
                if (error.Code == SQLitePCL.raw.SQLITE_BUSY) _queue.TakeAll(batch);
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
        try
        {
            Mend();
            Sync(_location.SyncEveryCommit && batch.Exists(work => work.Durable));
            Begin();
            foreach (var work in batch) Execute(work);
            _session.Prepare("COMMIT").Run();
            return null;
        }
        catch (StorageException error)
        {
            Rollback();
            _isDamaged = error.Code is not (SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_FULL or SQLitePCL.raw.SQLITE_CONSTRAINT);
            return error;
        }
    }

    /// <summary>
    /// After a fault other than a lock, a full disk or a broken constraint the file is opened anew: a connection keeps pages, and what it
    /// read while the file was bad is not to be believed when it is good again.
    /// </summary>
    private void Mend()
    {
        if (_isDamaged && _location != SqliteLocation.InMemory)
        {
            var session = Open();
            _session.Dispose();
            _session = session;
        }

        _isDamaged = false;
        if (_session.InTransaction) _session.Execute("ROLLBACK");
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
            // On a full disk or an I/O error SQLite may give up the whole transaction: then the batch fails, and for this reason.
            if (!_session.InTransaction && error is StorageException) throw;
            work.Refuse(error);
            _session.Prepare("ROLLBACK TO change").Run();
        }

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
            if (Environment.TickCount64 - started > LockPatience)
            {
                throw new StorageException(
                    SQLitePCL.raw.SQLITE_BUSY, $"the database was locked by another process for {LockPatience / 1000} s");
            }

            wait.SpinOnce();
        }
    }

    private void Rollback()
    {
        // On a full disk or an I/O error SQLite may have rolled back already, and then there is nothing left to undo.
        if (!_session.InTransaction) return;
        try
        {
            _session.Execute("ROLLBACK");
        }
        catch (StorageException)
        {
            // The next commit tries again, and fails until it succeeds.
        }
    }
}
