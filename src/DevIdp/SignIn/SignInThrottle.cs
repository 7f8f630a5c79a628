namespace McpMesh.DevIdp.SignIn;

/// <summary>
/// Slows guessing down: after five wrong passwords for a name, each further one doubles a wait of at first one second, up to a minute. The
/// bound keeps a stranger from locking somebody out for good.
/// </summary>
internal sealed class SignInThrottle(TimeProvider time)
{
    private const int FreeTries = 5;
    private const int Capacity = 10_000;
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_memory = TimeSpan.FromMinutes(15);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (int Failures, DateTimeOffset Last)> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How long until a password for this name is looked at again; null: now.</summary>
    public TimeSpan? Wait(string username)
    {
        lock (_gate)
        {
            if (!_names.TryGetValue(username, out var entry) || entry.Failures < FreeTries) return null;
            var left = entry.Last + WaitAfter(entry.Failures) - time.GetUtcNow();
            return left > TimeSpan.Zero ? left : null;
        }
    }

    public void Failed(string username)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var failures = _names.TryGetValue(username, out var entry) && now - entry.Last < s_memory ? entry.Failures : 0;
            if (_names.Count >= Capacity && !_names.ContainsKey(username)) Forget(now);
            _names[username] = (failures + 1, now);
        }
    }

    public void Succeeded(string username)
    {
        lock (_gate) _names.Remove(username);
    }

    private static TimeSpan WaitAfter(int failures)
    {
        var seconds = Math.Pow(2, Math.Min(failures - FreeTries, 10));
        return seconds < s_longestWait.TotalSeconds ? TimeSpan.FromSeconds(seconds) : s_longestWait;
    }

    /// <summary>
    /// Makes room: first what is over, then what was tried least, so that a flood of invented names does not free a real one.
    /// </summary>
    private void Forget(DateTimeOffset now)
    {
        foreach (var name in _names.Where(n => now - n.Value.Last >= s_memory).Select(n => n.Key).ToList()) _names.Remove(name);
        if (_names.Count >= Capacity) _names.Remove(_names.MinBy(n => (n.Value.Failures, n.Value.Last)).Key);
    }
}
