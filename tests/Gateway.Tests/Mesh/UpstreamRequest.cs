using System.Text.Json.Nodes;

namespace McpMesh.Gateway.Tests.Mesh;

/// <summary>One request as a server behind the gateway got it.</summary>
internal sealed record UpstreamRequest(string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonNode Json { get; } = JsonNode.Parse(Body)!;

    public string Id => Json["id"]!.ToJsonString();

    public string? Method => (string?)Json["method"];

    public string? Name => (string?)Json["params"]?["name"];

    public string? Cursor => (string?)Json["params"]?["cursor"];
}
