using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ModelContextProtocol.Protocol;

namespace McpMesh.Adapters.Mcp;

/// <summary>Results of tools: structured content, and the same as text for models that read only text.</summary>
internal static class ToolResults
{
    /// <summary>A success.</summary>
    public static CallToolResult Of<T>(T value, JsonTypeInfo<T> type, string? text = null) =>
        Of(JsonSerializer.SerializeToElement(value, type), text);

    /// <summary>A success.</summary>
    public static CallToolResult Of(JsonElement structured, string? text = null) => new()
    {
        Content = [new TextContentBlock { Text = text ?? structured.GetRawText() }],
        StructuredContent = structured,
    };

    /// <summary>An argument broke a rule.</summary>
    public static CallToolResult Refusal(ToolInputException error) => Failure(error.Message);

    /// <summary>A failure that the model can read.</summary>
    public static CallToolResult Failure(string reason) => new() { Content = [new TextContentBlock { Text = reason }], IsError = true };
}
