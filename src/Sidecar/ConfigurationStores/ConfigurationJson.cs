using System.Text.Json;

namespace McpMesh.Sidecar.ConfigurationStores;

/// <summary>Items as the API writes them, by key; what an item does not have is left out.</summary>
internal static class ConfigurationJson
{
    public static void Write(Utf8JsonWriter json, IReadOnlyDictionary<string, ConfigurationItem> items)
    {
        json.WriteStartObject();
        foreach (var (key, item) in items.OrderBy(item => item.Key, StringComparer.Ordinal))
        {
            json.WriteStartObject(key);
            if (item.Value.Length > 0) json.WriteString("value", item.Value);
            if (item.Version.Length > 0) json.WriteString("version", item.Version);
            if (item.Metadata.Count > 0)
            {
                json.WriteStartObject("metadata");
                foreach (var (name, value) in item.Metadata.OrderBy(one => one.Key, StringComparer.Ordinal)) json.WriteString(name, value);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
