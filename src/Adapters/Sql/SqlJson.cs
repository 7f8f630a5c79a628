using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpMesh.Adapters.Sql;

/// <summary>Source-generated JSON of this folder.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(DatabaseSchema))]
[JsonSerializable(typeof(TableSchema))]
internal sealed partial class SqlJson : JsonSerializerContext;
