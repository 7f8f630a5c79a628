using McpMesh.Sidecar.Storage;
using McpMesh.Sqlite;

namespace McpMesh.Sidecar.Tests.Storage;

public sealed class GroupCommitTests : IDisposable
{
    private const string Schema = """
        PRAGMA foreign_keys=ON;
        CREATE TABLE IF NOT EXISTS items (id INTEGER PRIMARY KEY);
        CREATE TABLE IF NOT EXISTS notes (item INTEGER REFERENCES items (id) DEFERRABLE INITIALLY DEFERRED)
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("mcpmesh-writer-").FullName;
    private readonly SqliteLocation _location;
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;

    public GroupCommitTests()
    {
        SystemSqlite.Use();
        _location = SqliteLocation.Parse(Path.Combine(_folder, "writer.db"));
        _writer = new SqliteWriter(_location, Schema);
        _readers = new SqliteReaders(_location);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _readers.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_refusal_is_told_only_when_the_batch_it_ran_in_is_committed()
    {
        using var batch = HoldNextBatch();
        var winner = _writer.RunAsync(session => Insert(session, 1));
        var loser = _writer.RunAsync<bool>(_ => throw new InvalidDataException("second"));
        var last = _writer.RunAsync(_ => batch.Pause());
        batch.Start();
        await batch.Paused.WaitAsync(Patience);

        Assert.False(winner.IsCompleted);
        Assert.False(loser.IsCompleted);
        batch.Continue();
        await Assert.ThrowsAsync<InvalidDataException>(() => loser.WaitAsync(Patience));
        Assert.Equal([1], Items());
        Assert.True(await winner.WaitAsync(Patience));
        Assert.True(await last.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_change_that_throws_leaves_nothing_of_itself_and_takes_nobody_along()
    {
        using var batch = HoldNextBatch();
        var before = _writer.RunAsync(session => Insert(session, 1));
        var failing = _writer.RunAsync<bool>(session =>
        {
            Insert(session, 2);
            Insert(session, 3);
            throw new InvalidDataException("half-way");
        });
        var doubled = _writer.RunAsync(session => Insert(session, 4) && Insert(session, 1));
        var after = _writer.RunAsync(session => Insert(session, 5));
        batch.Start();

        Assert.True(await before.WaitAsync(Patience));
        await Assert.ThrowsAsync<InvalidDataException>(() => failing.WaitAsync(Patience));
        await Assert.ThrowsAsync<StorageException>(() => doubled.WaitAsync(Patience));
        Assert.True(await after.WaitAsync(Patience));
        Assert.Equal([1, 5], Items());
    }

    [Fact]
    public async Task A_commit_that_fails_fails_everyone_in_it_and_the_next_one_is_served()
    {
        using var batch = HoldNextBatch();
        Task[] all =
        [
            _writer.RunAsync(session => Insert(session, 1)),
            // Checked by SQLite at the commit only.
            _writer.RunAsync(session => Note(session, item: 99)),
            _writer.RunAsync<bool>(_ => throw new InvalidDataException("refused, by a state that never came to be")),
            _writer.RunAsync(session => Insert(session, 2)),
        ];
        batch.Start();

        foreach (var caller in all) await Assert.ThrowsAsync<StorageException>(() => caller.WaitAsync(Patience));
        Assert.Empty(Items());
        Assert.True(await _writer.RunAsync(session => Insert(session, 3)).WaitAsync(Patience));
        Assert.Equal([3], Items());
    }

    private static bool Insert(SqliteSession session, long id)
    {
        session.Prepare("INSERT INTO items (id) VALUES (?1)").Bind(1, id).Run();
        return true;
    }

    private static bool Note(SqliteSession session, long item)
    {
        session.Prepare("INSERT INTO notes (item) VALUES (?1)").Bind(1, item).Run();
        return true;
    }

    private List<long> Items() => _readers.Read(0, static (session, _) =>
    {
        var items = new List<long>();
        var select = session.Prepare("SELECT id FROM items ORDER BY id");
        while (select.Step()) items.Add(select.Int64(0));
        select.Reset();
        return items;
    });

    /// <summary>What is queued until <see cref="HeldBatch.Start"/> shares one commit.</summary>
    private HeldBatch HoldNextBatch()
    {
        var batch = new HeldBatch();
        _ = _writer.RunAsync(_ => batch.Hold());
        batch.Held.Wait(Patience);
        return batch;
    }
}
