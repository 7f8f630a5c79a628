using System.Globalization;
using System.Text.Json;
using McpMesh.Sidecar.Http;
using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.State;

/// <summary><c>/v1.0/state/{store}…</c> (facts/dapr.md 2.3).</summary>
internal sealed class StateApi(IReadOnlyDictionary<string, NamedStateStore> stores, string appId)
{
    private const int MostBulkKeys = 10_000;

    public async Task SaveAsync(HttpContext context, string storeName)
    {
        var store = StoreOf(storeName);
        var query = RequestMetadata.Read(context.Request.Query);
        using var body = await RequestBody.ReadAsync(context);
        using var document = StateRequests.Parse(body.Memory);
        if (document.RootElement.ValueKind != JsonValueKind.Array)
            throw StateRequests.Malformed("failed deserializing HTTP body: an array is expected");
        var changes = document.RootElement.EnumerateArray()
            .Select(item => StateRequests.ReadItem(item, store, delete: false, query, appId)).ToArray();
        if (changes.Length > 0) await ApplyAsync(store, changes, error => StateErrors.Save(storeName, error));
        ApiResponse.NoContent(context);
    }

    public async Task GetAsync(HttpContext context, string storeName, string key)
    {
        var store = StoreOf(storeName);
        var entry = Read(store, key);
        if (entry is null)
        {
            ApiResponse.NoContent(context);
            return;
        }

        context.Response.Headers.ETag = entry.Etag;
        if (entry.Expires is { } expires) context.Response.Headers["metadata.ttlExpireTime"] = Rfc3339(expires);
        await ApiResponse.WriteJsonAsync(context, entry.Value);
    }

    public async Task DeleteAsync(HttpContext context, string storeName, string key)
    {
        var store = StoreOf(storeName);
        // An empty If-Match still is a condition, one that no item meets.
        var etag = context.Request.Headers.IfMatch is { Count: > 0 } given ? given.ToString() : null;
        var firstWrite = context.Request.Query["concurrency"] == "first-write";
        var change = new StateChange(StateRequests.CheckedKey(key, store, appId), null, etag, firstWrite, null);
        await ApplyAsync(store, [change], error => StateErrors.Delete(key, error));
        ApiResponse.NoContent(context);
    }

    public async Task BulkGetAsync(HttpContext context, string storeName)
    {
        var store = StoreOf(storeName);
        using var body = await RequestBody.ReadAsync(context);
        using var document = StateRequests.Parse(body.Memory);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("keys", out var keys) || keys.ValueKind != JsonValueKind.Array
            || keys.GetArrayLength() > MostBulkKeys)
        {
            throw StateRequests.Malformed($"failed deserializing HTTP body: \"keys\" must be an array of at most {MostBulkKeys} keys");
        }

        var names = keys.EnumerateArray()
            .Select(key =>
                key.ValueKind == JsonValueKind.String ? key.GetString()! : throw StateRequests.Malformed("every key must be a string"))
            .ToArray();
        var entries = names.Select(name => (name, entry: Read(store, name))).ToArray();
        await ApiResponse.WriteJsonAsync(context, json =>
        {
            json.WriteStartArray();
            foreach (var (name, entry) in entries) WriteBulkItem(json, name, entry);
            json.WriteEndArray();
        });
    }

    public async Task TransactAsync(HttpContext context, string storeName)
    {
        var store = StoreOf(storeName);
        var query = RequestMetadata.Read(context.Request.Query);
        using var body = await RequestBody.ReadAsync(context);
        using var document = StateRequests.Parse(body.Memory);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw StateRequests.Malformed("failed deserializing HTTP body: an object is expected");
        if (document.RootElement.TryGetProperty("operations", out var operations) && operations.ValueKind == JsonValueKind.Array)
        {
            var changes = operations.EnumerateArray().Select(operation => ReadOperation(operation, store, query)).ToArray();
            if (changes.Length > 0) await ApplyAsync(store, changes, StateErrors.Transaction);
        }

        ApiResponse.NoContent(context);
    }

    public void RefuseQuery(string storeName) => throw StateErrors.QueryNotSupported(StoreOf(storeName).Name, appId);

    private static void WriteBulkItem(Utf8JsonWriter json, string name, StateEntry? entry)
    {
        json.WriteStartObject();
        json.WriteString("key", name);
        if (entry is not null)
        {
            json.WritePropertyName("data");
            json.WriteRawValue(entry.Value, skipInputValidation: true);
            json.WriteString("etag", entry.Etag);
            if (entry.Expires is { } expires)
            {
                json.WriteStartObject("metadata");
                json.WriteString("ttlExpireTime", Rfc3339(expires));
                json.WriteEndObject();
            }
        }

        json.WriteEndObject();
    }

    private static string Rfc3339(long unixMilliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds).ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static async Task ApplyAsync(NamedStateStore store, StateChange[] changes, Func<Exception, ApiException> describe)
    {
        try
        {
            await store.Store.ApplyAsync(changes);
        }
        catch (Exception error) when (error is EtagMismatchException or StorageException or InvalidOperationException)
        {
            throw describe(error);
        }
    }

    private StateChange ReadOperation(JsonElement operation, NamedStateStore store, Dictionary<string, string> query)
    {
        if (operation.ValueKind != JsonValueKind.Object || !operation.TryGetProperty("request", out var request))
            throw StateRequests.Malformed("every operation needs \"operation\" and \"request\"");
        return StateRequests.Text(operation, "operation") switch
        {
            "upsert" => StateRequests.ReadItem(request, store, delete: false, query, appId),
            "delete" => StateRequests.ReadItem(request, store, delete: true, query, appId),
            var other => throw new ApiException(new(400, "ERR_NOT_SUPPORTED_STATE_OPERATION", $"operation type {other} not supported")),
        };
    }

    private StateEntry? Read(NamedStateStore store, string key)
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

    private NamedStateStore StoreOf(string name)
    {
        if (stores.Count == 0) throw StateErrors.NotConfigured(name, appId);
        return stores.TryGetValue(name, out var store) ? store : throw StateErrors.NotFound(name, appId);
    }
}
