using System.Text.Json.Nodes;

namespace McpMesh.IntegrationTests.BadInput;

/// <summary>An HTTP answer of the mesh, whole.</summary>
internal sealed record McpAnswer(int Status, string Body, string Challenge)
{
    public JsonNode? Result => JsonNode.Parse(Message)!["result"];

    private JsonNode? Error => JsonNode.Parse(Message)!["error"];

    /// <summary>The body, or the data of the last event of an event stream.</summary>
    private string Message => Body.StartsWith('{') ? Body : Body[(Body.LastIndexOf("data:", StringComparison.Ordinal) + 5)..];

    public int Code => (int?)Error?["code"] ?? 0;

    /// <summary>Text of the first content block of a tool's result; null for an error.</summary>
    public string? Text => (string?)JsonNode.Parse(Message)!["result"]?["content"]?[0]?["text"];

    public string? Reason => (string?)Data("reason");

    public JsonNode? Data(string name) => Error?["data"]?[name];
}
