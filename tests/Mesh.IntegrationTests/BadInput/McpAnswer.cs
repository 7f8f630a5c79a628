using System.Text.Json.Nodes;

namespace McpMesh.IntegrationTests.BadInput;

/// <summary>An HTTP answer of the mesh, whole.</summary>
internal sealed record McpAnswer(int Status, string Body, string Challenge)
{
    private JsonNode? Error => JsonNode.Parse(Body)!["error"];

    public int Code => (int?)Error?["code"] ?? 0;

    public string? Reason => (string?)Data("reason");

    public JsonNode? Data(string name) => Error?["data"]?[name];
}
