using System.Text.Json;
using McpMesh.Sidecar.Http;

namespace McpMesh.Sidecar.Secrets;

/// <summary><c>GET /v1.0/secrets/{store}/{key}</c> and <c>/bulk</c>.</summary>
internal sealed class SecretsApi(IReadOnlyDictionary<string, ISecretStore> stores, IReadOnlyList<SecretScope> scopes)
{
    public Task HandleAsync(HttpContext context, string storeName, string key)
    {
        if (stores.Count == 0) throw new ApiException(new(500, "ERR_SECRET_STORES_NOT_CONFIGURED", "secret store is not configured"));
        if (!stores.TryGetValue(storeName, out var store))
            throw new ApiException(new(401, "ERR_SECRET_STORE_NOT_FOUND", $"failed finding secret store with key {storeName}"));
        var scope = scopes.FirstOrDefault(candidate => candidate.StoreName == storeName);
        return key == "bulk" ? WriteAllAsync(context, store, scope) : WriteOneAsync(context, storeName, store, scope, key);
    }

    private static Task WriteOneAsync(HttpContext context, string storeName, ISecretStore store, SecretScope? scope, string key)
    {
        if (scope is not null && !scope.Allows(key))
            throw new ApiException(new(403, "ERR_PERMISSION_DENIED", $"access denied by policy to get \"{key}\" from \"{storeName}\""));
        var secret = store.Find(key) ?? throw new ApiException(new(500, "ERR_SECRET_GET",
            $"failed getting secret with key {key} from secret store {storeName}: secret {key} not found"));
        return ApiResponse.WriteJsonAsync(context, json => WriteSecret(json, secret));
    }

    private static Task WriteAllAsync(HttpContext context, ISecretStore store, SecretScope? scope) =>
        ApiResponse.WriteJsonAsync(context, json =>
        {
            json.WriteStartObject();
            foreach (var name in store.Names)
            {
                if ((scope is not null && !scope.Allows(name)) || store.Find(name) is not { } secret) continue;
                json.WritePropertyName(name);
                WriteSecret(json, secret);
            }

            json.WriteEndObject();
        });

    private static void WriteSecret(Utf8JsonWriter json, IReadOnlyDictionary<string, string> secret)
    {
        json.WriteStartObject();
        foreach (var (name, value) in secret) json.WriteString(name, value);
        json.WriteEndObject();
    }
}
