using System.Text.Json;
using McpMesh.Sidecar.Http;

namespace McpMesh.Sidecar.Secrets;

/// <summary><c>GET /v1.0/secrets/{store}/{key}</c> and <c>/bulk</c>.</summary>
internal sealed class SecretsApi(SecretService secrets)
{
    public Task HandleAsync(HttpContext context, string storeName, string key)
    {
        if (key == "bulk") return WriteAllAsync(context, storeName);
        var secret = secrets.Get(storeName, key);
        return ApiResponse.WriteJsonAsync(context, json => WriteSecret(json, secret));
    }

    private Task WriteAllAsync(HttpContext context, string storeName)
    {
        var all = secrets.All(storeName);
        return ApiResponse.WriteJsonAsync(context, json =>
        {
            json.WriteStartObject();
            foreach (var (name, secret) in all)
            {
                json.WritePropertyName(name);
                WriteSecret(json, secret);
            }

            json.WriteEndObject();
        });
    }

    private static void WriteSecret(Utf8JsonWriter json, IReadOnlyDictionary<string, string> secret)
    {
        json.WriteStartObject();
        foreach (var (name, value) in secret) json.WriteString(name, value);
        json.WriteEndObject();
    }
}
