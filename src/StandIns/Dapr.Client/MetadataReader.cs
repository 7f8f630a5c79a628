using System.Text.Json;

namespace Dapr.Client;

/// <summary>Reads the body of <c>GET /v1.0/metadata</c>; absent parts are empty.</summary>
internal static class MetadataReader
{
    internal static DaprMetadata Read(JsonElement root) => new(
        Text(root, "id"),
        [.. Items(root, "actors").Select(actor => new DaprActorMetadata(Text(actor, "type"), Number(actor, "count")))],
        Extended(root),
        [.. Items(root, "components").Select(component => new DaprComponentsMetadata(
            Text(component, "name"),
            Text(component, "type"),
            Text(component, "version"),
            [.. Items(component, "capabilities").Select(capability => capability.ToString())]))]);

    private static Dictionary<string, string> Extended(JsonElement root) =>
        root.TryGetProperty("extended", out var extended) && extended.ValueKind == JsonValueKind.Object
            ? extended.EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.ToString(), StringComparer.Ordinal)
            : [];

    private static JsonElement.ArrayEnumerator Items(JsonElement element, string name) =>
        element.TryGetProperty(name, out var items) && items.ValueKind == JsonValueKind.Array ? items.EnumerateArray() : default;

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.ToString() : string.Empty;

    private static int Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.TryGetInt32(out var number) ? number : 0;
}
