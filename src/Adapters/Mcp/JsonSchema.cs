using System.Text.Json;

namespace McpMesh.Adapters.Mcp;

/// <summary>Schemas written as JSON text, parsed once.</summary>
internal static class JsonSchema
{
    /// <summary>Parses a schema.</summary>
    public static JsonElement Parse(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    /// <summary>Names of the properties of an object schema.</summary>
    public static IReadOnlyList<string> PropertiesOf(JsonElement schema) =>
        schema.TryGetProperty("properties", out var properties) ? [.. properties.EnumerateObject().Select(property => property.Name)] : [];
}
