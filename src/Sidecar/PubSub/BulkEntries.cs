using System.Collections.ObjectModel;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace McpMesh.Sidecar.PubSub;

/// <summary>
/// Reads the body of a bulk publish: <c>[{"entryId","event","contentType","metadata"}]</c>. Field names are matched case-insensitively, as
/// daprd does: its JavaScript client writes "entryID".
/// </summary>
internal static class BulkEntries
{
    /// <exception cref="Http.ApiException">Not such an array, or an entry id is missing or doubled: the whole request is
    /// refused.</exception>
    public static List<BulkEntry> Read(ReadOnlyMemory<byte> body, string pubSubName)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Array) throw Invalid("an array is expected");
            var ids = new HashSet<string>(StringComparer.Ordinal);
            var entries = new List<BulkEntry>();
            foreach (var entry in document.RootElement.EnumerateArray())
            {
                if (entry.ValueKind != JsonValueKind.Object) throw Invalid("every entry must be an object");
                if (Text(entry, "entryId") is not { Length: > 0 } id || !ids.Add(id)) throw Invalid("entryId is missing or not unique");
                if (Find(entry, "event") is not { } data) throw Invalid($"entry {id} has no event");
                entries.Add(ReadEntry(entry, data));
            }

            return entries;
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            throw Invalid(error.Message);
        }

        Http.ApiException Invalid(string problem) =>
            PubSubErrors.Entries(pubSubName, $"error when unmarshaling the request for pubsub {pubSubName}: {problem}");
    }

    private static BulkEntry ReadEntry(JsonElement entry, JsonElement data)
    {
        var contentType = Text(entry, "contentType") is { Length: > 0 } given ? given
            : data.ValueKind == JsonValueKind.String ? "text/plain" : "application/json";
        var media = CloudEventEnvelope.MediaTypeOf(contentType);
        var bytes = CloudEventEnvelope.IsJson(media) || data.ValueKind != JsonValueKind.String ? JsonMarshal.GetRawUtf8Value(data).ToArray()
            : CloudEventEnvelope.IsBinary(media) ? data.GetBytesFromBase64()
            : Encoding.UTF8.GetBytes(data.GetString()!);
        if (Find(entry, "metadata") is not { ValueKind: JsonValueKind.Object } items)
            return new BulkEntry(bytes, contentType, ReadOnlyDictionary<string, string>.Empty);
        var metadata = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var item in items.EnumerateObject()) metadata[item.Name] = item.Value.ToString();
        return new BulkEntry(bytes, contentType, metadata);
    }

    private static string? Text(JsonElement item, string field) =>
        Find(item, field) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static JsonElement? Find(JsonElement item, string field)
    {
        if (item.TryGetProperty(field, out var exact)) return exact;
        foreach (var property in item.EnumerateObject())
        {
            if (property.Name.Equals(field, StringComparison.OrdinalIgnoreCase)) return property.Value;
        }

        return null;
    }
}
