using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpMesh.Sidecar.State;

/// <summary>Source-generated, so that no reflection runs when the first state is saved.</summary>
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class StateJson : JsonSerializerContext;
