using System.Text.Json.Serialization;

namespace McpMesh.Bench.Durable;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(DurableFigures))]
internal sealed partial class DurableJson : JsonSerializerContext;
