using Dapr.Client;

namespace Dapr;

/// <summary>A state value with the ETag it was read under.</summary>
public sealed class StateEntry<TValue>
{
    private readonly DaprClient _client;

    /// <summary>Creates the entry.</summary>
    public StateEntry(DaprClient client, string storeName, string key, TValue value, string etag)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentException.ThrowIfNullOrEmpty(key);
        _client = client;
        StoreName = storeName;
        Key = key;
        Value = value;
        ETag = etag;
    }

    /// <summary>Name of the state store.</summary>
    public string StoreName { get; }

    /// <summary>Key of the entry.</summary>
    public string Key { get; }

    /// <summary>ETag at the time of the read; empty when the key was missing.</summary>
    public string ETag { get; }

    /// <summary>The value; assign it, then save.</summary>
    public TValue Value { get; set; }

    /// <summary>Deletes the key whatever its ETag is now.</summary>
    public Task DeleteAsync(
        StateOptions? stateOptions = null,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default) =>
        _client.DeleteStateAsync(StoreName, Key, stateOptions, metadata, cancellationToken);

    /// <summary>Saves the value whatever the ETag is now.</summary>
    public Task SaveAsync(
        StateOptions? stateOptions = null,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default) =>
        _client.SaveStateAsync(StoreName, Key, Value, stateOptions, metadata, cancellationToken);

    /// <summary>Saves the value if nobody changed the key since it was read; false otherwise.</summary>
    public Task<bool> TrySaveAsync(
        StateOptions? stateOptions = null,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default) =>
        _client.TrySaveStateAsync(StoreName, Key, Value, ETag, stateOptions, metadata, cancellationToken);

    /// <summary>Deletes the key if nobody changed it since it was read; false otherwise.</summary>
    public Task<bool> TryDeleteAsync(
        StateOptions? stateOptions = null,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default) =>
        _client.TryDeleteStateAsync(StoreName, Key, ETag, stateOptions, metadata, cancellationToken);
}
