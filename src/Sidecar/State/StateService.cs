using McpMesh.Sidecar.Http;
using McpMesh.Sidecar.Metrics;
using McpMesh.Sidecar.Resiliency;
using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.State;

/// <summary>What both faces of the state API do: find the store, read, apply; failures in Dapr's words.</summary>
internal sealed class StateService(
    IReadOnlyDictionary<string, NamedStateStore> stores, ResiliencyPolicies policies, SidecarMetrics metrics, string appId)
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
    public async ValueTask<StateEntry?> FindAsync(NamedStateStore store, string key)
    {
        var (begun, succeeded) = (Elapsed.Begin(), false);
        try
        {
            var entry = await ReadAsync(store, key);
            succeeded = true;
            return entry;
        }
        finally
        {
            metrics.StateUsed(store.Name, StateOperations.Get, succeeded, begun.Milliseconds);
        }
    }

    /// <summary>One entry a key, in order; null where the key is missing or expired.</summary>
    /// <exception cref="ApiException">A key is illegal or the store cannot be read.</exception>
    public async Task<StateEntry?[]> FindAllAsync(NamedStateStore store, IReadOnlyList<string> keys)
    {
        var (begun, succeeded) = (Elapsed.Begin(), false);
        try
        {
            var entries = new StateEntry?[keys.Count];
            for (var i = 0; i < entries.Length; i++) entries[i] = await ReadAsync(store, keys[i]);
            succeeded = true;
            return entries;
        }
        finally
        {
            metrics.StateUsed(store.Name, StateOperations.BulkGet, succeeded, begun.Milliseconds);
        }
    }

    private async ValueTask<StateEntry?> ReadAsync(NamedStateStore store, string key)
    {
        var stored = StateRequests.CheckedKey(key, store);
        try
        {
            var policy = PolicyOf(store);
            if (policy.IsNone) return store.Store.Find(stored);
            // A read blocks its thread: under a deadline it needs one of its own.
            return await policy.RunAsync(static read => Task.Run(() => read.Store.Find(read.stored)), (store.Store, stored));
        }
        catch (Exception error) when (error is StorageException or ResiliencyException)
        {
            throw StateErrors.Get(key, store.Name, error);
        }
    }

    /// <summary>Applies all changes or none.</summary>
    /// <param name="operation">One of <see cref="StateOperations"/>.</param>
    /// <param name="changes">Read here, because what a store refuses in one is a failure of the operation.</param>
    /// <param name="describe">The error of the operation that asked for it.</param>
    /// <exception cref="ApiException">None was applied.</exception>
    public async Task ApplyAsync(
        NamedStateStore store, string operation, IEnumerable<StateChange> changes, Func<Exception, ApiException> describe)
    {
        var (begun, succeeded) = (Elapsed.Begin(), false);
        try
        {
            var all = changes.ToArray();
            succeeded = all.Length == 0;
            if (succeeded) return;
            var policy = PolicyOf(store);
            if (policy.IsNone) await store.Store.ApplyAsync(all);
            else await policy.RunAsync(static write => ApplyAsync(write.Store, write.all), (store.Store, all));
            succeeded = true;
        }
        catch (Exception error) when (error is IRefusal or StorageException or ResiliencyException or InvalidOperationException)
        {
            throw describe(error);
        }
        finally
        {
            metrics.StateUsed(store.Name, operation, succeeded, begun.Milliseconds);
        }
    }

    private static async Task<bool> ApplyAsync(IStateStore store, StateChange[] changes)
    {
        await store.ApplyAsync(changes);
        return true;
    }

    private PolicyPipeline PolicyOf(NamedStateStore store) => policies.ForComponentOutbound(store.Name, ComponentKind.Statestore);
}
