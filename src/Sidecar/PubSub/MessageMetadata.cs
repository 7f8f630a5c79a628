using System.Buffers;
using System.Text.Json;

namespace McpMesh.Sidecar.PubSub;

/// <summary>Names and values that accompany a message; kept as the JSON object that the broker stores.</summary>
internal sealed class MessageMetadata
{
    private MessageMetadata(string json, IReadOnlyDictionary<string, string> items) => (Json, Items) = (json, items);

    public string Json { get; }

    public IReadOnlyDictionary<string, string> Items { get; }

    /// <summary>Null for no items.</summary>
    public static MessageMetadata? Of(IReadOnlyDictionary<string, string> items)
    {
        if (items.Count == 0) return null;
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, value) in items) json.WriteString(name, value);
            json.WriteEndObject();
        }

        return new MessageMetadata(System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan), items);
    }

    public static MessageMetadata Parse(string json)
    {
        var items = new Dictionary<string, string>(StringComparer.Ordinal);
        using var document = JsonDocument.Parse(json);
        foreach (var item in document.RootElement.EnumerateObject()) items[item.Name] = item.Value.GetString() ?? "";
        return new MessageMetadata(json, items);
    }
}
