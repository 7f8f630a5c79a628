using System.Text.Json.Serialization;

namespace McpMesh.TokenExchange.Sessions;

[JsonSerializable(typeof(IdpTokens))]
internal sealed partial class SessionJson : JsonSerializerContext;
