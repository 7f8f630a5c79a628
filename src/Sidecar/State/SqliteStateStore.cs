using McpMesh.Sidecar.Components;
using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.State;

/// <summary><c>state.sqlite</c>: one table, changes in group commits, reads beside them.</summary>
internal sealed class SqliteStateStore : IStateStore, IDisposable
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS state (key TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL, etag TEXT NOT NULL, expires INTEGER);
        CREATE INDEX IF NOT EXISTS state_expires ON state (expires) WHERE expires IS NOT NULL
        """;

    private static readonly TimeSpan CleanupInterval = TimeSpan.FromMinutes(1);
    private readonly TimeProvider _clock;
    private readonly ITimer _cleanup;

    private SqliteStateStore(SqliteLocation location, TimeProvider clock)
    {
        Location = location;
        Writer = new SqliteWriter(location, Schema);
        Readers = new SqliteReaders(location);
        _clock = clock;
        _cleanup = clock.CreateTimer(_ => RemoveExpired(), null, CleanupInterval, CleanupInterval);
    }

    public SqliteLocation Location { get; }

    /// <summary>The only one of this file: what else is kept in it is written through it too.</summary>
    public SqliteWriter Writer { get; }

    public SqliteReaders Readers { get; }

    public static SqliteStateStore Open(Component component, TimeProvider clock) =>
        new(SqliteLocation.Parse(component.Require("connectionString")), clock);

    public StateEntry? Find(string key) => Readers.Read((key, now: Now()), static (session, state) => Read(session, state.key, state.now));

    public Task ApplyAsync(IReadOnlyList<StateChange> changes)
    {
        if (changes.Any(change => change.TtlSeconds < -1))
        {
            return Task.FromException(
                new StateRefusedException("error parsing TTL: incorrect value for metadata 'ttlInSeconds': must be -1 or greater"));
        }

        return Writer.RunAsync(session =>
        {
            var now = Now();
            foreach (var change in changes) Apply(session, change, now);
            return true;
        });
    }

    public void Dispose()
    {
        _cleanup.Dispose();
        Writer.Dispose();
        Readers.Dispose();
    }

    private static StateEntry? Read(SqliteSession session, string key, long now)
    {
        var select = session.Prepare("SELECT value, etag, expires FROM state WHERE key=?1 AND (expires IS NULL OR expires>?2)");
        try
        {
            if (!select.Bind(1, key).Bind(2, now).Step()) return null;
            return new StateEntry(select.Blob(0), select.Text(1), select.IsNull(2) ? null : select.Int64(2));
        }
        finally
        {
            select.Reset();
        }
    }

    private static void Apply(SqliteSession session, StateChange change, long now)
    {
        Check(session, change, now);
        if (change.Value is null)
        {
            session.Prepare("DELETE FROM state WHERE key=?1").Bind(1, change.Key).Run();
            return;
        }

        session.Prepare("""
            INSERT INTO state (key, value, etag, expires) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (key) DO UPDATE SET value=excluded.value, etag=excluded.etag, expires=excluded.expires
            """).Bind(1, change.Key).Bind(2, change.Value).Bind(3, Guid.NewGuid().ToString("n")).Bind(4, change.ExpiryAfter(now)).Run();
    }

    private static void Check(SqliteSession session, StateChange change, long now)
    {
        var isFirstWrite = change.FirstWrite && change.Value is not null;
        if (!change.HasEtag && !isFirstWrite) return;
        var current = CurrentEtag(session, change.Key, now);
        var holds = change.HasEtag ? string.Equals(change.Etag, current, StringComparison.Ordinal) : current is null;
        if (!holds) throw new EtagMismatchException(null);
    }

    private static string? CurrentEtag(SqliteSession session, string key, long now)
    {
        var select = session.Prepare("SELECT etag FROM state WHERE key=?1 AND (expires IS NULL OR expires>?2)");
        try
        {
            return select.Bind(1, key).Bind(2, now).Step() ? select.Text(0) : null;
        }
        finally
        {
            select.Reset();
        }
    }

    private void RemoveExpired() => _ = Writer.RunAsync(session =>
    {
        session.Prepare("DELETE FROM state WHERE expires<=?1").Bind(1, Now()).Run();
        return true;
    }, durable: false).ContinueWith(static task => _ = task.Exception, TaskScheduler.Default);

    private long Now() => _clock.GetUtcNow().ToUnixTimeMilliseconds();
}
