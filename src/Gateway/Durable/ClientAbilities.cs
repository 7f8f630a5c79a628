using System.Text.Json;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Durable;

/// <summary>What the client of a request says it can do.</summary>
/// <param name="OpensUrls"><c>elicitation.url</c>.</param>
/// <param name="KnowsTasks">The extension <c>io.modelcontextprotocol/tasks</c>.</param>
internal readonly record struct ClientAbilities(bool OpensUrls, bool KnowsTasks)
{
    public const string Tasks = "io.modelcontextprotocol/tasks";

    /// <summary>By the request itself: the modern era has no other place; the legacy one could not answer.</summary>
    public static ClientAbilities Of(GatewayCall call)
    {
        if (call.Era != McpEra.Modern || !call.Envelope!.ClientCapabilities.IsPresent) return default;
        using var capabilities = JsonDocument.Parse(call.Envelope.ClientCapabilities.Of(call.Body.Written));
        return new ClientAbilities(Has(capabilities.RootElement, "elicitation", "url"), Has(capabilities.RootElement, "extensions", Tasks));
    }

    private static bool Has(JsonElement root, string group, string name) =>
        root.TryGetProperty(group, out var inside) && inside.ValueKind == JsonValueKind.Object
        && inside.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object;
}
