using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpMesh.Adapters.Logs;

/// <summary>Source-generated JSON of this folder.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LogPage))]
[JsonSerializable(typeof(DebugLevels))]
[JsonSerializable(typeof(DebugLevel))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class LogsJson : JsonSerializerContext;
