using System.Text.Json.Serialization;

namespace McpMesh.Identity.Hops;

[JsonSerializable(typeof(HopTokenResponse))]
internal sealed partial class HopTokenJson : JsonSerializerContext;
