using System.Text.Json;
using McpMesh.Configuration;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Runbooks;

/// <summary>A runbook as a tool.</summary>
/// <param name="Name">Its name in mesh.yaml.</param>
/// <param name="Method">Mesh method and scope, <c>runbooks.{name}</c>.</param>
/// <param name="InputSchema">JSON Schema of its arguments.</param>
/// <param name="Methods">Its own method and those that its steps call.</param>
/// <param name="Item">How <c>tools/list</c> shows it.</param>
internal sealed record RunbookTool(
    string Name, string Method, RunbookConfiguration Definition, JsonElement InputSchema, string[] Methods, McpListItem Item);
