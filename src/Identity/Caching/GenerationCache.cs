using System.Collections.Concurrent;

namespace McpMesh.Identity.Caching;

/// <summary>
/// A bounded cache of two generations: entries go into the young one; when it is full it becomes the old one and the old one is dropped. An
/// entry found in the old generation moves to the young one, so what is in use stays. Reading takes no lock and allocates nothing.
/// </summary>
internal sealed class GenerationCache<TKey, TValue>(int capacity) where TKey : notnull where TValue : class
{
    private readonly Lock _rotation = new();
    private volatile ConcurrentDictionary<TKey, TValue> _young = new();
    private volatile ConcurrentDictionary<TKey, TValue> _old = new();

    public bool TryGet(TKey key, out TValue value)
    {
        if (_young.TryGetValue(key, out value!)) return true;
        if (!_old.TryGetValue(key, out value!)) return false;
        Set(key, value);
        return true;
    }

    public void Set(TKey key, TValue value)
    {
        _young[key] = value;
        // ConcurrentDictionary.Count takes every lock of the table: asked on writes only.
        if (_young.Count > capacity / 2) Rotate();
    }

    /// <summary>The entry, or a new one; of concurrent callers all get the same.</summary>
    public TValue GetOrAdd<TState>(TKey key, Func<TState, TValue> create, TState state)
    {
        lock (_rotation)
        {
            if (TryGet(key, out var found)) return found;
            var created = create(state);
            Set(key, created);
            return created;
        }
    }

    private void Rotate()
    {
        lock (_rotation)
        {
            if (_young.Count <= capacity / 2) return;
            _old = _young;
            _young = new();
        }
    }
}
