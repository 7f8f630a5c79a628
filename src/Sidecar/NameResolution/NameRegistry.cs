using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using McpMesh.Sidecar.Hosting;
using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.NameResolution;

/// <summary>
/// The instances of every app of the mesh, kept in a SQLite file that its sidecars share. Calls resolve from a snapshot in memory. An
/// instance lives as long as its beat goes on; beats are counted, not dated, so a clock that jumps kills nobody.
/// </summary>
internal sealed class NameRegistry : IDisposable
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS instances (instance_id TEXT NOT NULL PRIMARY KEY, app_id TEXT NOT NULL, address TEXT NOT NULL,
            beat INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS mesh (name TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID
        """;

    private static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ReadInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);
    private readonly SidecarOptions _options;
    private readonly TimeProvider _clock;
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;
    private readonly SidecarProof _proof;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Sighting> _sightings = new(StringComparer.Ordinal);
    private readonly List<ITimer> _timers = [];
    private FrozenDictionary<string, InstanceSet> _snapshot = FrozenDictionary<string, InstanceSet>.Empty;
    private string? _registeredAddress;
    private long _beat;

    private NameRegistry(SqliteLocation location, SidecarOptions options, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        _writer = new SqliteWriter(location, Schema);
        _readers = new SqliteReaders(location);
        _proof = new SidecarProof(_writer.RunAsync(MeshSecret).GetAwaiter().GetResult(), options.AppId, options.InstanceId);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(location.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Refresh();
        _timers.Add(clock.CreateTimer(_ => Beat(), null, BeatInterval, BeatInterval));
        _timers.Add(clock.CreateTimer(_ => Refresh(), null, ReadInterval, ReadInterval));
    }

    public static NameRegistry Open(string connection, SidecarOptions options, TimeProvider clock)
    {
        try
        {
            return new NameRegistry(SqliteLocation.Parse(connection), options, clock);
        }
        catch (Exception error) when (error is FormatException or IOException or UnauthorizedAccessException or StorageException)
        {
            throw new StartupException($"name resolution: {error.Message}");
        }
    }

    /// <summary>The next instance of the app, or null. An unknown app is looked up in the file once more.</summary>
    public AppInstance? Pick(string appId)
    {
        if (Volatile.Read(ref _snapshot).TryGetValue(appId, out var set)) return set.Next();
        Refresh();
        return Volatile.Read(ref _snapshot).TryGetValue(appId, out set) ? set.Next() : null;
    }

    public string ProofFor(AppInstance instance) => instance.Proof ??= _proof.For(instance);

    public bool IsProofOf(string caller, string proof) => _proof.IsFrom(caller, proof);

    /// <summary>Makes this sidecar callable.</summary>
    public Task RegisterAsync(string address)
    {
        _registeredAddress = address;
        return WriteBeatAsync();
    }

    /// <summary>Nobody shall call here until the next <see cref="RegisterAsync"/>.</summary>
    public Task UnregisterAsync()
    {
        _registeredAddress = null;
        return RemoveAsync(_options.InstanceId);
    }

    /// <summary>Forgets an instance that takes no connection. If it does live, its next beat brings it back.</summary>
    public void MarkDead(AppInstance instance)
    {
        lock (_gate)
        {
            if (_sightings.TryGetValue(instance.InstanceId, out var seen)) _sightings[instance.InstanceId] = seen with { IsDead = true };
            Publish();
        }

        _ = RemoveAsync(instance.InstanceId);
    }

    public void Dispose()
    {
        foreach (var timer in _timers) timer.Dispose();
        _writer.Dispose();
        _readers.Dispose();
    }

    private static byte[] MeshSecret(SqliteSession session)
    {
        var select = session.Prepare("SELECT value FROM mesh WHERE name='sidecar-secret'");
        try
        {
            if (select.Step()) return select.Blob(0);
        }
        finally
        {
            select.Reset();
        }

        return NewSecret(session);
    }

    // In a method of its own: only the first sidecar of a mesh needs the cryptography for it, which takes its time and 4 MB.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static byte[] NewSecret(SqliteSession session)
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        session.Prepare("INSERT INTO mesh (name, value) VALUES ('sidecar-secret', ?1)").Bind(1, secret).Run();
        return secret;
    }

    private void Beat()
    {
        if (_registeredAddress is not null) _ = WriteBeatAsync();
    }

    private async Task WriteBeatAsync()
    {
        if (_registeredAddress is not { } address) return;
        var beat = Interlocked.Increment(ref _beat);
        await TryWriteAsync(session => session.Prepare("""
            INSERT INTO instances (instance_id, app_id, address, beat) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (instance_id) DO UPDATE SET address=excluded.address, beat=excluded.beat
            """).Bind(1, _options.InstanceId).Bind(2, _options.AppId).Bind(3, address).Bind(4, beat).Run());
    }

    private Task RemoveAsync(string instanceId) =>
        TryWriteAsync(session => session.Prepare("DELETE FROM instances WHERE instance_id=?1").Bind(1, instanceId).Run());

    // A beat that cannot be written is made good by the next one; the instance is only away for so long.
    private async Task TryWriteAsync(Action<SqliteSession> change)
    {
        try
        {
            await _writer.RunAsync(session =>
            {
                change(session);
                return true;
            }, durable: false);
        }
        catch (Exception error) when (error is StorageException or InvalidOperationException)
        {
            // Nothing to do: see above.
        }
    }

    private void Refresh()
    {
        List<Row> rows;
        try
        {
            rows = _readers.Read(0, static (session, _) => ReadRows(session));
        }
        catch (StorageException)
        {
            return; // the last snapshot stays
        }

        lock (_gate)
        {
            var now = _clock.GetTimestamp();
            foreach (var row in rows)
            {
                if (!_sightings.TryGetValue(row.InstanceId, out var seen) || seen.Beat != row.Beat)
                {
                    var instance = seen?.Instance is { } known && known.BaseAddress == row.Address
                        ? known
                        : new AppInstance(row.AppId, row.InstanceId, row.Address);
                    _sightings[row.InstanceId] = new Sighting(instance, row.Beat, now, IsDead: false);
                }
            }

            var present = rows.Select(row => row.InstanceId).ToHashSet(StringComparer.Ordinal);
            foreach (var (id, seen) in _sightings.ToArray())
            {
                if (!present.Contains(id) && !seen.IsDead)
                {
                    _sightings.Remove(id);
                }
                else if (!present.Contains(id) && _clock.GetElapsedTime(seen.Since) > Lifetime)
                {
                    _sightings.Remove(id);
                }
                else if (present.Contains(id) && _clock.GetElapsedTime(seen.Since) > Lifetime && !seen.IsDead)
                {
                    _sightings[id] = seen with { IsDead = true };
                    _ = RemoveAsync(id);
                }
            }

            Publish();
        }
    }

    private void Publish()
    {
        var current = _snapshot;
        _snapshot = _sightings.Values.Where(seen => !seen.IsDead).Select(seen => seen.Instance)
            .GroupBy(instance => instance.AppId, StringComparer.Ordinal)
            .ToFrozenDictionary(
                group => group.Key,
                group => new InstanceSet(
                    [.. group.OrderBy(instance => instance.InstanceId, StringComparer.Ordinal)],
                    current.TryGetValue(group.Key, out var before) ? before.Turn : 0),
                StringComparer.Ordinal);
    }

    private static List<Row> ReadRows(SqliteSession session)
    {
        var rows = new List<Row>();
        var select = session.Prepare("SELECT instance_id, app_id, address, beat FROM instances");
        try
        {
            while (select.Step()) rows.Add(new Row(select.Text(0), select.Text(1), select.Text(2), select.Int64(3)));
        }
        finally
        {
            select.Reset();
        }

        return rows;
    }

    private sealed record Row(string InstanceId, string AppId, string Address, long Beat);

    private sealed record Sighting(AppInstance Instance, long Beat, long Since, bool IsDead);
}
