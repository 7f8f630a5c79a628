using System.Diagnostics.CodeAnalysis;

namespace McpMesh.DevIdp.Hosting;

/// <summary>
/// Values that expire, in bounded memory. When it is full of live values it takes no more: what is held is never forgotten early.
/// </summary>
internal sealed class ExpiringStore<TValue>(TimeProvider time, int capacity)
{
    private static readonly TimeSpan s_sweepEvery = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (TValue Value, DateTimeOffset ExpiresAt)> _values = new(StringComparer.Ordinal);
    private DateTimeOffset _swept;

    /// <summary>Adds.</summary>
    /// <returns>False when the key is taken by a live value, or there is no room.</returns>
    public bool TryAdd(string key, TValue value, DateTimeOffset expiresAt)
    {
        lock (_gate)
        {
            Sweep();
            if (_values.TryGetValue(key, out var held) && held.ExpiresAt > time.GetUtcNow()) return false;
            if (_values.Count >= capacity && !_values.ContainsKey(key)) return false;
            _values[key] = (value, expiresAt);
            return true;
        }
    }

    public bool TryGet(string key, [MaybeNullWhen(false)] out TValue value)
    {
        lock (_gate)
        {
            var found = _values.TryGetValue(key, out var held) && held.ExpiresAt > time.GetUtcNow();
            value = found ? held.Value : default;
            return found;
        }
    }

    public void Remove(string key)
    {
        lock (_gate) _values.Remove(key);
    }

    private void Sweep()
    {
        var now = time.GetUtcNow();
        if (now - _swept < s_sweepEvery && _values.Count < capacity) return;
        _swept = now;
        foreach (var (key, held) in _values)
        {
            if (held.ExpiresAt <= now) _values.Remove(key);
        }
    }
}
