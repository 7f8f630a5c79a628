using System.Collections.ObjectModel;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using McpMesh.Sidecar.Http;

namespace McpMesh.Sidecar.PubSub;

/// <summary>
/// Reads the body of a bulk publish: <c>[{"entryId","event","contentType","metadata"}]</c>. Field names are matched case-insensitively, as
/// daprd does: its JavaScript client writes "entryID".
/// </summary>
internal sealed class BulkEntries(string pubSubName, string topic, string appId)
{
    private const string Mismatch = "error: mismatch between contentType and event";

    /// <exception cref="ApiException">Not such an array, an entry id is missing or doubled, or an event does not go with its content
    /// type: the whole request is refused.</exception>
    public List<BulkEntry> Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Array) throw new JsonException("an array is expected");
            var ids = new HashSet<string>(StringComparer.Ordinal);
            var entries = new List<BulkEntry>();
            foreach (var entry in document.RootElement.EnumerateArray())
            {
                if (entry.ValueKind != JsonValueKind.Object) throw new JsonException("every entry must be an object");
                var id = Text(entry, "entryId") ?? "";
                var contentType = Text(entry, "contentType") ?? "";
                var data = ReadData(contentType, Find(entry, "event"));
                CheckId(id, ids);
                entries.Add(new BulkEntry(id, data, contentType, ReadMetadata(entry)));
            }

            return entries;
        }
        catch (JsonException error)
        {
            throw PubSubErrors.Unmarshal(pubSubName, topic, appId, error.Message);
        }
    }

    /// <exception cref="ApiException">The id is empty, or another entry has it.</exception>
    public void CheckId(string id, HashSet<string> ids)
    {
        if (id.Length == 0 || !ids.Add(id)) throw PubSubErrors.MarshalEvents(pubSubName, topic, appId);
    }

    private byte[] ReadData(string contentType, JsonElement? data)
    {
        var media = CloudEventEnvelope.MediaTypeOf(contentType);
        if (CloudEventEnvelope.IsJson(media) || CloudEventEnvelope.IsCloudEvent(media))
            return data is { } json ? JsonMarshal.GetRawUtf8Value(json).ToArray() : "null"u8.ToArray();
        var isBinary = CloudEventEnvelope.IsBinary(media);
        if (data is not { ValueKind: JsonValueKind.String } text || !(isBinary || CloudEventEnvelope.IsText(media)))
            throw PubSubErrors.MarshalEnvelope(pubSubName, topic, appId, Mismatch);
        if (!isBinary) return Encoding.UTF8.GetBytes(text.GetString()!);
        return text.TryGetBytesFromBase64(out var bytes)
            ? bytes
            : throw PubSubErrors.MarshalEnvelope(
                pubSubName, topic, appId, "error: unable to decode base64 application/octet-stream data");
    }

    private static IReadOnlyDictionary<string, string> ReadMetadata(JsonElement entry)
    {
        if (Find(entry, "metadata") is not { ValueKind: JsonValueKind.Object } items) return ReadOnlyDictionary<string, string>.Empty;
        var metadata = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var item in items.EnumerateObject()) metadata[item.Name] = item.Value.ToString();
        return metadata;
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
