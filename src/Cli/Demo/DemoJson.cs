using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpMesh.Cli.Demo;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(DemoReport))]
internal sealed partial class DemoJson : JsonSerializerContext;
