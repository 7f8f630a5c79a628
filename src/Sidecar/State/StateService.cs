using McpMesh.Sidecar.Http;
using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.State;

/// <summary>What both faces of the state API do: find the store, read, apply; failures in Dapr's words.</summary>
internal sealed class StateService(IReadOnlyDictionary<string, NamedStateStore> stores, string appId)
{
    public const int MostBulkKeys = 10_000;

    /// <exception cref="ApiException">There is no such store.</exception>
    public NamedStateStore StoreOf(string name)
    {
        if (stores.Count == 0) throw StateErrors.NotConfigured(name, appId);
        return stores.TryGetValue(name, out var store) ? store : throw StateErrors.NotFound(name, appId);
    }

    /// <summary>Null when the key is missing or expired.</summary>
    /// <exception cref="ApiException">The key is illegal or the store cannot be read.</exception>
    public static StateEntry? Find(NamedStateStore store, string key)
    {
        try
        {
            return store.Store.Find(StateRequests.CheckedKey(key, store));
        }
        catch (StorageException error)
        {
            throw StateErrors.Get(key, store.Name, error);
        }
    }

    /// <summary>Applies all changes or none.</summary>
    /// <param name="changes">Read here, because what a store refuses in one is a failure of the operation.</param>
    /// <param name="describe">The error of the operation that asked for it.</param>
    /// <exception cref="ApiException">None was applied.</exception>
    public static async Task ApplyAsync(NamedStateStore store, IEnumerable<StateChange> changes, Func<Exception, ApiException> describe)
    {
        try
        {
            var all = changes.ToArray();
            if (all.Length > 0) await store.Store.ApplyAsync(all);
        }
        catch (Exception error)
            when (error is EtagMismatchException or StateRefusedException or StorageException or InvalidOperationException)
        {
            throw describe(error);
        }
    }
}
