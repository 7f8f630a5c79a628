using System.Collections.Frozen;
using System.Text.Json;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Durable;

/// <summary>Reads <c>annotations</c> out of a server's tools.</summary>
internal static class ToolHintReader
{
    public static FrozenDictionary<string, ToolHints> Read(IEnumerable<McpListItem> tools) =>
        tools.GroupBy(tool => tool.Key, StringComparer.Ordinal)
            .ToFrozenDictionary(same => same.Key, same => Read(same.First().Json.Span), StringComparer.Ordinal);

    private static ToolHints Read(ReadOnlySpan<byte> tool)
    {
        var reader = new Utf8JsonReader(tool);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isAnnotations = reader.ValueTextEquals("annotations"u8);
            reader.Read();
            if (isAnnotations && reader.TokenType == JsonTokenType.StartObject) return ReadAnnotations(ref reader);
            reader.Skip();
        }

        return default;
    }

    private static ToolHints ReadAnnotations(ref Utf8JsonReader reader)
    {
        var (isReadOnly, isIdempotent) = (false, false);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (readOnly, idempotent) = (reader.ValueTextEquals("readOnlyHint"u8), reader.ValueTextEquals("idempotentHint"u8));
            reader.Read();
            if (readOnly) isReadOnly = reader.TokenType == JsonTokenType.True;
            else if (idempotent) isIdempotent = reader.TokenType == JsonTokenType.True;
            else reader.Skip();
        }

        return new ToolHints(isReadOnly, isIdempotent);
    }
}
