using System.Text.Json.Serialization;
using McpMesh.TokenExchange.Delegations;
using McpMesh.TokenExchange.Metadata;

namespace McpMesh.TokenExchange.OAuth;

[JsonSerializable(typeof(TokenResponse))]
[JsonSerializable(typeof(DelegationResponse))]
[JsonSerializable(typeof(ErrorResponse))]
[JsonSerializable(typeof(AuthorizationServerMetadata))]
internal sealed partial class OAuthJson : JsonSerializerContext;
