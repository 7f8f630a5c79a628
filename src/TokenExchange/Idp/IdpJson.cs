using System.Text.Json.Serialization;

namespace McpMesh.TokenExchange.Idp;

[JsonSerializable(typeof(IdpMetadata))]
[JsonSerializable(typeof(IdpTokenResponse))]
internal sealed partial class IdpJson : JsonSerializerContext;
