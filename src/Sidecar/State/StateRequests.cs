using System.Globalization;
using System.Text.Json;
using McpMesh.Sidecar.Http;

namespace McpMesh.Sidecar.State;

/// <summary>Reads the JSON bodies of the state API.</summary>
internal static class StateRequests
{
    /// <summary>An item of a save or of a transaction.</summary>
    /// <exception cref="ApiException">The item is malformed.</exception>
    public static StateChange ReadItem(
        JsonElement item, NamedStateStore store, bool delete, IReadOnlyDictionary<string, string> query, string appId)
    {
        if (item.ValueKind != JsonValueKind.Object) throw Malformed("every state item must be an object");
        var key = Text(item, "key") is { Length: > 0 } given ? given : throw Malformed("\"key\" is a required field");
        var value = delete
            ? null
            : item.TryGetProperty("value", out var json) ? JsonSerializer.SerializeToUtf8Bytes(json, StateJson.Default.JsonElement)
            : "null"u8.ToArray();
        var options = item.TryGetProperty("options", out var declared) && declared.ValueKind == JsonValueKind.Object ? declared : default;
        var etag = Text(item, "etag") is { Length: > 0 } version ? version : null;
        return new StateChange(CheckedKey(key, store, appId), value, etag, IsFirstWrite(options), TtlOf(item, query));
    }

    /// <exception cref="ApiException">The key holds the separator of prefix and key.</exception>
    public static string CheckedKey(string key, NamedStateStore store, string appId) =>
        key.Contains(KeyPrefix.Separator, StringComparison.Ordinal)
            ? throw StateErrors.IllegalKey(key, store.Name, appId)
            : store.StoredKey(key);

    public static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException error)
        {
            throw Malformed($"failed deserializing HTTP body: {error.Message}");
        }
    }

    public static string? Text(JsonElement item, string field)
    {
        if (!item.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw Malformed($"\"{field}\" must be a string");
    }

    public static ApiException Malformed(string message) => new(ApiError.Malformed(message));

    private static bool IsFirstWrite(JsonElement options) =>
        options.ValueKind == JsonValueKind.Object && Text(options, "concurrency") switch
        {
            "first-write" => true,
            null or "" or "last-write" => false,
            var other => throw Malformed($"unrecognized concurrency: {other}"),
        };

    /// <summary>Seconds of <c>ttlInSeconds</c>; null when there is none.</summary>
    public static long? TtlOf(IReadOnlyDictionary<string, string> metadata)
    {
        foreach (var (name, value) in metadata)
        {
            if (name.Equals("ttlInSeconds", StringComparison.OrdinalIgnoreCase)) return ParseTtl(value);
        }

        return null;
    }

    /// <summary>A time as the API writes it.</summary>
    public static string Rfc3339(long unixMilliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds).ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static long? TtlOf(JsonElement item, IReadOnlyDictionary<string, string> query)
    {
        // Query metadata beats the item's.
        if (query.TryGetValue("ttlInSeconds", out var text)) return ParseTtl(text);
        if (!item.TryGetProperty("metadata", out var metadata) || metadata.ValueKind != JsonValueKind.Object) return null;
        foreach (var property in metadata.EnumerateObject())
        {
            if (property.Name.Equals("ttlInSeconds", StringComparison.OrdinalIgnoreCase))
            {
                return ParseTtl(
                    property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText());
            }
        }

        return null;
    }

    private static long? ParseTtl(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) && seconds >= -1
        && seconds <= int.MaxValue
            ? seconds
            : throw Malformed($"incorrect value for metadata 'ttlInSeconds': {text}");
}
