using System.Text.Json;
using McpMesh.Configuration.Runbooks;

namespace McpMesh.Gateway.Runbooks;

/// <summary>What bindings can see.</summary>
/// <param name="Input">The runbook's arguments.</param>
/// <param name="Steps">Values of the steps that have ended, by id; a skipped one has none.</param>
/// <param name="Item">The item of a step with forEach.</param>
/// <param name="Index">Its place in the list.</param>
internal sealed record RunbookScope(
    JsonElement Input, IReadOnlyDictionary<string, JsonElement> Steps, JsonElement? Item = null, int? Index = null)
{
    /// <summary>What the pointer points to; null for nothing.</summary>
    public JsonElement? Find(JsonPointer pointer) => pointer.Segments switch
    {
        ["input", ..] => pointer.Find(Input, 1),
        ["steps", var id, ..] => Steps.TryGetValue(id, out var value) ? pointer.Find(value, 2) : null,
        ["item", ..] => Item is { } item ? pointer.Find(item, 1) : null,
        ["index"] when Index is { } index => JsonSerializer.SerializeToElement(index),
        _ => null,
    };
}
