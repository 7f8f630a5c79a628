using System.Text.Json.Serialization;

namespace McpMesh.TokenExchange.OAuth;

/// <summary>Success of a token endpoint (RFC 6749 section 5.1, RFC 8693 section 2.2.1).</summary>
internal sealed record TokenResponse
{
    [JsonPropertyName("access_token")]
    public required string AccessToken { get; init; }

    [JsonPropertyName("issued_token_type")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IssuedTokenType { get; init; }

    [JsonPropertyName("token_type")]
    public string TokenType { get; } = "Bearer";

    /// <summary>Seconds.</summary>
    [JsonPropertyName("expires_in")]
    public required long ExpiresIn { get; init; }

    [JsonPropertyName("scope")]
    public required string Scope { get; init; }

    [JsonPropertyName("refresh_token")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RefreshToken { get; init; }

    /// <summary><c>jti</c> of the access token, so that a caller inside the mesh can write its records without reading the token.</summary>
    [JsonPropertyName("jti")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TokenId { get; init; }

    public override string ToString() => $"token response for {Scope}";
}
