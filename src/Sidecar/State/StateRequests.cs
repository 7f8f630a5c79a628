using System.Globalization;
using System.Text.Json;
using McpMesh.Sidecar.Http;

namespace McpMesh.Sidecar.State;

/// <summary>Reads the JSON bodies of the state API.</summary>
internal static class StateRequests
{
    /// <summary>An item of a save or of a transaction.</summary>
    /// <exception cref="ApiException">The item is malformed.</exception>
    /// <exception cref="StateRefusedException">An option or the time to live is none.</exception>
    public static StateChange ReadItem(
        JsonElement item, NamedStateStore store, bool delete, IReadOnlyDictionary<string, string> query)
    {
        if (item.ValueKind != JsonValueKind.Object) throw Malformed("every state item must be an object");
        var key = Text(item, "key") is { Length: > 0 } given ? given : throw Malformed("\"key\" is a required field");
        var value = delete
            ? null
            : item.TryGetProperty("value", out var json) ? JsonSerializer.SerializeToUtf8Bytes(json, StateJson.Default.JsonElement)
            : "null"u8.ToArray();
        var options = item.TryGetProperty("options", out var declared) && declared.ValueKind == JsonValueKind.Object ? declared : default;
        var firstWrite = IsFirstWrite(options.ValueKind == JsonValueKind.Object ? Text(options, "concurrency") : null);
        CheckConsistency(options.ValueKind == JsonValueKind.Object ? Text(options, "consistency") : null);
        return new StateChange(CheckedKey(key, store), value, Text(item, "etag"), firstWrite, TtlOf(item, query));
    }

    /// <exception cref="StateRefusedException">There is no such model.</exception>
    public static bool IsFirstWrite(string? concurrency) => concurrency switch
    {
        "first-write" => true,
        null or "" or "last-write" => false,
        var other => throw new StateRefusedException($"unrecognized concurrency model '{other}'"),
    };

    /// <summary>Reads see every write that was answered, whatever is asked for.</summary>
    /// <exception cref="StateRefusedException">There is no such model.</exception>
    public static void CheckConsistency(string? consistency)
    {
        if (consistency is not (null or "" or "strong" or "eventual"))
            throw new StateRefusedException($"unrecognized consistency model '{consistency}'");
    }

    /// <exception cref="ApiException">The key holds the separator of prefix and key.</exception>
    public static string CheckedKey(string key, NamedStateStore store) =>
        key.Contains(KeyPrefix.Separator, StringComparison.Ordinal)
            ? throw StateErrors.IllegalKey(key, store.Name)
            : store.StoredKey(key);

    public static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException error)
        {
            throw Unreadable(error.Message);
        }
    }

    public static string? Text(JsonElement item, string field)
    {
        if (!item.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw Malformed($"\"{field}\" must be a string");
    }

    public static ApiException Unreadable(string problem) => Malformed($"failed deserializing HTTP body: {problem}");

    public static ApiException Malformed(string message) => new(ApiError.Malformed(message));

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
        DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds).ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture);

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

    private static long? ParseTtl(string text)
    {
        if (text.Length == 0) return null;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
            ? seconds
            : throw new StateRefusedException(
                $"error parsing TTL: incorrect value for metadata 'ttlInSeconds': '{text}' is not a whole number");
    }
}
