using McpMesh.Sidecar.Workflows.Store;

namespace McpMesh.Sidecar.Workflows.Work;

/// <summary>
/// This sidecar among those that share the file: a number as long as it has workers, a beat every second, and the removal of those whose
/// beat has stopped.
/// </summary>
internal sealed class Membership(WorkflowDatabase database, string appId, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private long _number;
    private volatile bool _isAlone;

    /// <summary>In whose name leases are taken; 0 without workers.</summary>
    public long Number => Volatile.Read(ref _number);

    /// <summary>Nobody else takes turns from this file.</summary>
    public bool IsAlone => _isAlone && Number != 0;

    public async Task EnterAsync()
    {
        await _gate.WaitAsync();
        try
        {
            if (_number == 0) await RegisterAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Gives back at once all that this sidecar has in hand.</summary>
    /// <param name="stillWanted">Asked once nobody can enter: false keeps the number after all.</param>
    public async Task LeaveAsync(Func<bool> stillWanted)
    {
        await _gate.WaitAsync();
        try
        {
            if (_number == 0 || !stillWanted()) return;
            var left = _number;
            Volatile.Write(ref _number, 0);
            await database.WriteAsync(session =>
            {
                SidecarTable.Remove(session, left);
                return true;
            }, durable: false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>One beat. Whether what others had in hand has become free.</summary>
    public async Task<bool> BeatAsync()
    {
        await _gate.WaitAsync();
        try
        {
            if (_number == 0) return false;
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            var freed = await database.WriteAsync(session => Beat(session, now), durable: false);
            if (freed is null) await RegisterAsync();
            return freed != false;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    // Null when others have taken this sidecar for dead, and what it had in hand with it.
    private bool? Beat(Storage.SqliteSession session, long now)
    {
        if (!SidecarTable.Beat(session, _number, now)) return null;
        var dead = SidecarTable.Dead(session, now);
        foreach (var number in dead) SidecarTable.Remove(session, number);
        var expired = InstancePurge.HasExpired(session, now) && InstancePurge.RunExpired(session, now) > 0;
        _isAlone = !SidecarTable.HasOthers(session, _number);
        return dead.Count > 0 || expired;
    }

    private async Task RegisterAsync()
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        Volatile.Write(ref _number, await database.WriteAsync(session => SidecarTable.Register(session, appId, now), durable: false));
    }
}
