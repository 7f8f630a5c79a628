using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpMesh.Bench.Gateway;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<TreatmentReport>))]
internal sealed partial class BenchJson : JsonSerializerContext;
