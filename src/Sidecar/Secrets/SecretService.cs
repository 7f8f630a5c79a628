using McpMesh.Sidecar.Http;
using McpMesh.Sidecar.Metrics;

namespace McpMesh.Sidecar.Secrets;

/// <summary>What both faces of the secrets API do: only what the app's scopes allow is found.</summary>
internal sealed class SecretService(
    IReadOnlyDictionary<string, ISecretStore> stores, IReadOnlyList<SecretScope> scopes, SidecarMetrics metrics)
{
    /// <exception cref="ApiException">No such store or secret, or the app may not read it.</exception>
    public IReadOnlyDictionary<string, string> Get(string storeName, string key)
    {
        var store = StoreOf(storeName);
        if (ScopeOf(storeName) is { } scope && !scope.Allows(key))
            throw new ApiException(new(403, "ERR_PERMISSION_DENIED", $"access denied by policy to get \"{key}\" from \"{storeName}\""));
        var begun = Elapsed.Begin();
        var secret = store.Find(key);
        metrics.SecretsUsed(storeName, "get", secret is not null, begun.Milliseconds);
        return secret ?? throw new ApiException(new(500, "ERR_SECRET_GET",
            $"failed getting secret with key {key} from secret store {storeName}: secret {key} not found"));
    }

    /// <summary>Every secret that the app may read; what it may not is left out silently.</summary>
    /// <exception cref="ApiException">No such store.</exception>
    public IEnumerable<KeyValuePair<string, IReadOnlyDictionary<string, string>>> All(string storeName)
    {
        var (store, scope) = (StoreOf(storeName), ScopeOf(storeName));
        metrics.SecretsUsed(storeName, "bulk_get", true, 0);
        return from name in store.Names
               where scope is null || scope.Allows(name)
               let secret = store.Find(name)
               where secret is not null
               select KeyValuePair.Create(name, secret);
    }

    private SecretScope? ScopeOf(string storeName) => scopes.FirstOrDefault(candidate => candidate.StoreName == storeName);

    private ISecretStore StoreOf(string name)
    {
        if (stores.Count == 0) throw new ApiException(new(500, "ERR_SECRET_STORES_NOT_CONFIGURED", "secret store is not configured"));
        return stores.TryGetValue(name, out var store)
            ? store
            : throw new ApiException(new(401, "ERR_SECRET_STORE_NOT_FOUND", $"failed finding secret store with key {name}"));
    }
}
