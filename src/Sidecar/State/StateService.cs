using McpMesh.Sidecar.Http;
using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.State;

/// <summary>What both faces of the state API do: find the store, read, apply; failures in Dapr's words.</summary>
internal sealed class StateService(IReadOnlyDictionary<string, NamedStateStore> stores, string appId)
{
    public const int MostBulkKeys = 10_000;

    public string AppId => appId;

    /// <exception cref="ApiException">There is no such store.</exception>
    public NamedStateStore StoreOf(string name)
    {
        if (stores.Count == 0) throw StateErrors.NotConfigured(name, appId);
        return stores.TryGetValue(name, out var store) ? store : throw StateErrors.NotFound(name, appId);
    }

    /// <summary>Null when the key is missing or expired.</summary>
    /// <exception cref="ApiException">The key is illegal or the store cannot be read.</exception>
    public StateEntry? Find(NamedStateStore store, string key)
    {
        try
        {
            return store.Store.Find(StateRequests.CheckedKey(key, store, appId));
        }
        catch (StorageException error)
        {
            throw StateErrors.Get(key, store.Name, error);
        }
    }

    /// <summary>Applies all changes or none.</summary>
    /// <param name="describe">The error of the operation that asked for it.</param>
    /// <exception cref="ApiException">None was applied.</exception>
    public static async Task ApplyAsync(NamedStateStore store, IReadOnlyList<StateChange> changes, Func<Exception, ApiException> describe)
    {
        if (changes.Count == 0) return;
        try
        {
            await store.Store.ApplyAsync(changes);
        }
        catch (Exception error) when (error is EtagMismatchException or StorageException or InvalidOperationException)
        {
            throw describe(error);
        }
    }
}
