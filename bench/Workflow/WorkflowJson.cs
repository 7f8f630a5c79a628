using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpMesh.Bench.Workflow;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<WorkflowReport>))]
internal sealed partial class WorkflowJson : JsonSerializerContext;
