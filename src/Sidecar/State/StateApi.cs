using System.Text.Json;
using McpMesh.Sidecar.Http;

namespace McpMesh.Sidecar.State;

/// <summary><c>/v1.0/state/{store}…</c> (facts/dapr.md 2.3).</summary>
internal sealed class StateApi(StateService states)
{
    public async Task SaveAsync(HttpContext context, string storeName)
    {
        var store = states.StoreOf(storeName);
        var query = RequestMetadata.Read(context.Request.Query);
        using var body = await RequestBody.ReadAsync(context, StateRequests.Malformed);
        using var document = StateRequests.Parse(body.Memory);
        if (document.RootElement.ValueKind == JsonValueKind.Array)
        {
            var changes = document.RootElement.EnumerateArray()
                .Select(item => StateRequests.ReadItem(item, store, delete: false, query));
            await states.ApplyAsync(store, StateOperations.Set, changes, error => StateErrors.Save(storeName, error));
        }
        else if (document.RootElement.ValueKind != JsonValueKind.Null)
        {
            throw StateRequests.Malformed("failed deserializing HTTP body: an array is expected");
        }

        ApiResponse.NoContent(context);
    }

    public async Task GetAsync(HttpContext context, string storeName, string key)
    {
        var store = states.StoreOf(storeName);
        var entry = await states.FindAsync(store, key);
        if (entry is null)
        {
            ApiResponse.NoContent(context);
            return;
        }

        context.Response.Headers.ETag = entry.Etag;
        if (entry.Expires is { } expires) context.Response.Headers["metadata.ttlExpireTime"] = StateRequests.Rfc3339(expires);
        await ApiResponse.WriteJsonAsync(context, entry.Value);
    }

    public async Task DeleteAsync(HttpContext context, string storeName, string key)
    {
        var store = states.StoreOf(storeName);
        var query = context.Request.Query;
        IEnumerable<StateChange> Changes()
        {
            StateRequests.CheckConsistency(query["consistency"]);
            var firstWrite = StateRequests.IsFirstWrite(query["concurrency"]);
            yield return new StateChange(
                StateRequests.CheckedKey(key, store), null, context.Request.Headers.IfMatch, firstWrite, null);
        }

        await states.ApplyAsync(store, StateOperations.Delete, Changes(), error => StateErrors.Delete(key, error));
        ApiResponse.NoContent(context);
    }

    public async Task BulkGetAsync(HttpContext context, string storeName)
    {
        var store = states.StoreOf(storeName);
        using var body = await RequestBody.ReadAsync(context, StateRequests.Unreadable);
        using var document = StateRequests.Parse(body.Memory);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("keys", out var keys) || keys.ValueKind != JsonValueKind.Array
            || keys.GetArrayLength() > StateService.MostBulkKeys)
        {
            throw StateRequests.Malformed(
                $"failed deserializing HTTP body: \"keys\" must be an array of at most {StateService.MostBulkKeys} keys");
        }

        var names = keys.EnumerateArray()
            .Select(key =>
                key.ValueKind == JsonValueKind.String ? key.GetString()! : throw StateRequests.Malformed("every key must be a string"))
            .ToArray();
        var entries = await states.FindAllAsync(store, names);
        await ApiResponse.WriteJsonAsync(context, json =>
        {
            json.WriteStartArray();
            for (var i = 0; i < names.Length; i++) WriteBulkItem(json, names[i], entries[i]);
            json.WriteEndArray();
        });
    }

    public async Task TransactAsync(HttpContext context, string storeName)
    {
        var store = states.StoreOf(storeName);
        var query = RequestMetadata.Read(context.Request.Query);
        using var body = await RequestBody.ReadAsync(context, StateRequests.Unreadable);
        using var document = StateRequests.Parse(body.Memory);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw StateRequests.Malformed("failed deserializing HTTP body: an object is expected");
        if (document.RootElement.TryGetProperty("operations", out var operations) && operations.ValueKind != JsonValueKind.Null)
        {
            if (operations.ValueKind != JsonValueKind.Array)
                throw StateRequests.Malformed("failed deserializing HTTP body: \"operations\" must be an array");
            var changes = operations.EnumerateArray().Select(operation => ReadOperation(operation, store, query));
            await states.ApplyAsync(store, StateOperations.Transaction, changes, StateErrors.Transaction);
        }

        ApiResponse.NoContent(context);
    }

    public void RefuseQuery(string storeName) => throw StateErrors.QueryNotSupported(states.StoreOf(storeName).Name);

    private static void WriteBulkItem(Utf8JsonWriter json, string name, StateEntry? entry)
    {
        json.WriteStartObject();
        json.WriteString("key", name);
        if (entry is not null)
        {
            json.WritePropertyName("data");
            WriteValue(json, entry.Value);
            json.WriteString("etag", entry.Etag);
            if (entry.Expires is { } expires)
            {
                json.WriteStartObject("metadata");
                json.WriteString("ttlExpireTime", StateRequests.Rfc3339(expires));
                json.WriteEndObject();
            }
        }

        json.WriteEndObject();
    }

    // What came over gRPC may be any bytes; in the array they must not stand as they are.
    private static void WriteValue(Utf8JsonWriter json, byte[] value)
    {
        try
        {
            json.WriteRawValue(value);
        }
        catch (JsonException)
        {
            json.WriteBase64StringValue(value);
        }
    }

    private static StateChange ReadOperation(JsonElement operation, NamedStateStore store, Dictionary<string, string> query)
    {
        if (operation.ValueKind != JsonValueKind.Object || !operation.TryGetProperty("request", out var request))
            throw StateRequests.Malformed("every operation needs \"operation\" and \"request\"");
        return StateRequests.Text(operation, "operation") switch
        {
            "upsert" => StateRequests.ReadItem(request, store, delete: false, query),
            "delete" => StateRequests.ReadItem(request, store, delete: true, query),
            var other => throw StateErrors.OperationNotSupported(other),
        };
    }
}
