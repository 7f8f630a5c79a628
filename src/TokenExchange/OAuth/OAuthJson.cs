using System.Text.Json.Serialization;
using McpMesh.TokenExchange.Metadata;

namespace McpMesh.TokenExchange.OAuth;

[JsonSerializable(typeof(TokenResponse))]
[JsonSerializable(typeof(ErrorResponse))]
[JsonSerializable(typeof(AuthorizationServerMetadata))]
internal sealed partial class OAuthJson : JsonSerializerContext;
