using System.Buffers;
using System.Text.Json;
using System.Text.RegularExpressions;
using McpMesh.Configuration.Yaml;

namespace McpMesh.Configuration.Binding;

/// <summary>Reads a node as JSON: plain text that is null, true, false or a JSON number means that, all other text is a string.</summary>
internal static partial class JsonValueReader
{
    /// <summary>The value; null when a variable in it was broken, which is reported already.</summary>
    public static JsonElement? Read(ConfigurationNode node)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            if (!Write(json, node))
                return null;
        }

        using var document = JsonDocument.Parse(output.WrittenMemory);
        return document.RootElement.Clone();
    }

    private static bool Write(Utf8JsonWriter json, ConfigurationNode node)
    {
        switch (node)
        {
            case MapNode map:
                json.WriteStartObject();
                foreach (var entry in map.Entries)
                {
                    json.WritePropertyName(entry.Key);
                    if (!Write(json, entry.Value))
                        return false;
                }

                json.WriteEndObject();
                return true;
            case ListNode list:
                json.WriteStartArray();
                foreach (var item in list.Items)
                {
                    if (!Write(json, item))
                        return false;
                }

                json.WriteEndArray();
                return true;
            default:
                return Write(json, (ScalarNode)node);
        }
    }

    private static bool Write(Utf8JsonWriter json, ScalarNode scalar)
    {
        if (scalar.IsBroken)
            return false;

        if (scalar.IsNull)
            json.WriteNullValue();
        else if (scalar.IsPlain && scalar.Text is ("true" or "false"))
            json.WriteBooleanValue(scalar.Text == "true");
        else if (scalar.IsPlain && Number().IsMatch(scalar.Text))
            json.WriteRawValue(scalar.Text);
        else
            json.WriteStringValue(scalar.Text);

        return true;
    }

    [GeneratedRegex(@"^-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
