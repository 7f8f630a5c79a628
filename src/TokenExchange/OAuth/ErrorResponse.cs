using System.Text.Json.Serialization;

namespace McpMesh.TokenExchange.OAuth;

/// <summary>Error of a token endpoint (RFC 6749 section 5.2).</summary>
internal sealed record ErrorResponse
{
    [JsonPropertyName("error")]
    public required string Error { get; init; }

    [JsonPropertyName("error_description")]
    public required string Description { get; init; }

    [JsonPropertyName("sign_in_url")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SignInUrl { get; init; }
}
