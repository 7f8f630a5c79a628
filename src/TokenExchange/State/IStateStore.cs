namespace McpMesh.TokenExchange.State;

/// <summary>What the mesh AS asks of a state store: values with a life and an ETag, written by whoever saw the last version.</summary>
internal interface IStateStore
{
    /// <summary>The value, or null.</summary>
    ValueTask<Stored<T>?> GetAsync<T>(string key, CancellationToken cancellationToken) where T : class;

    /// <summary>Writes when the key does not exist yet; false when it does.</summary>
    ValueTask<bool> TryAddAsync<T>(string key, T value, TimeSpan timeToLive, CancellationToken cancellationToken) where T : class;

    /// <summary>Writes when the value is still the one with <paramref name="etag"/>.</summary>
    ValueTask<bool> TryReplaceAsync<T>(string key, T value, string etag, TimeSpan timeToLive,
        CancellationToken cancellationToken) where T : class;

    /// <summary>Writes whatever is there: the newest wins.</summary>
    ValueTask SetAsync<T>(string key, T value, TimeSpan timeToLive, CancellationToken cancellationToken) where T : class;

    /// <summary>Deletes when the value is still the one with <paramref name="etag"/>; of two callers one gets true.</summary>
    ValueTask<bool> TryRemoveAsync(string key, string etag, CancellationToken cancellationToken);

    /// <summary>Deletes if there.</summary>
    ValueTask RemoveAsync(string key, CancellationToken cancellationToken);
}
