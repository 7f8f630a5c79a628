using System.Collections.Concurrent;
using System.Text.Json;
using McpMesh.TokenExchange.State;

namespace McpMesh.TokenExchange.Tests.Harness;

/// <summary>A state store in memory with the ETag and TTL rules of the Dapr one; values travel as JSON, as they do there.</summary>
internal sealed class MemoryStateStore(TimeProvider time) : IStateStore
{
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    public IEnumerable<string> Texts => _entries.Select(entry => $"{entry.Key} {entry.Value.Json}");

    public ValueTask<Stored<T>?> GetAsync<T>(string key, CancellationToken cancellationToken) where T : class =>
        new(Live(key) is { } entry ? new Stored<T>(JsonSerializer.Deserialize<T>(entry.Json)!, entry.ETag) : null);

    public ValueTask<bool> TryAddAsync<T>(string key, T value, TimeSpan timeToLive, CancellationToken cancellationToken) where T : class
    {
        Live(key);
        return new(_entries.TryAdd(key, NewEntry(value, timeToLive)));
    }

    public ValueTask<bool> TryReplaceAsync<T>(string key, T value, string etag, TimeSpan timeToLive, CancellationToken cancellationToken)
        where T : class =>
        new(Live(key) is { } entry && entry.ETag == etag && _entries.TryUpdate(key, NewEntry(value, timeToLive), entry));

    public ValueTask SetAsync<T>(string key, T value, TimeSpan timeToLive, CancellationToken cancellationToken) where T : class
    {
        _entries[key] = NewEntry(value, timeToLive);
        return default;
    }

    public ValueTask<bool> TryRemoveAsync(string key, string etag, CancellationToken cancellationToken) =>
        new(Live(key) is { } entry && entry.ETag == etag && _entries.TryRemove(new(key, entry)));

    public ValueTask RemoveAsync(string key, CancellationToken cancellationToken)
    {
        _entries.TryRemove(key, out _);
        return default;
    }

    public void Clear(string kind)
    {
        foreach (var key in _entries.Keys.Where(key => key.StartsWith($"{kind}:", StringComparison.Ordinal)))
        {
            _entries.TryRemove(key, out _);
        }
    }

    private Entry? Live(string key)
    {
        if (!_entries.TryGetValue(key, out var entry)) return null;
        if (entry.EndsAt > time.GetUtcNow()) return entry;
        _entries.TryRemove(new(key, entry));
        return null;
    }

    private Entry NewEntry<T>(T value, TimeSpan life) =>
        new(JsonSerializer.Serialize(value), Guid.NewGuid().ToString(), time.GetUtcNow() + life);

    private sealed record Entry(string Json, string ETag, DateTimeOffset EndsAt);
}
