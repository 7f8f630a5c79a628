using System.Text.Json.Serialization;

namespace McpMesh.DevIdp.Tokens;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TokenResponse))]
[JsonSerializable(typeof(ErrorResponse))]
[JsonSerializable(typeof(RefreshTokenFamily))]
internal sealed partial class TokenJsonContext : JsonSerializerContext;
