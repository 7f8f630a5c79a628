using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpMesh.Adapters.Incidents;

/// <summary>Source-generated JSON of this folder; the same shape in state and in results.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Incident))]
[JsonSerializable(typeof(IncidentSummary))]
internal sealed partial class IncidentsJson : JsonSerializerContext;
