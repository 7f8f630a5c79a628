using System.Text.Json.Serialization;

namespace McpMesh.TokenExchange.Idp;

/// <summary>Answer of the IdP's token endpoint: tokens, or an error.</summary>
internal sealed record IdpTokenResponse
{
    [JsonPropertyName("access_token")]
    public string? AccessToken { get; init; }

    [JsonPropertyName("issued_token_type")]
    public string? IssuedTokenType { get; init; }

    [JsonPropertyName("id_token")]
    public string? IdToken { get; init; }

    [JsonPropertyName("refresh_token")]
    public string? RefreshToken { get; init; }

    [JsonPropertyName("error")]
    public string? Error { get; init; }

    public override string ToString() => Error is null ? "tokens of the IdP" : $"IdP error {Error}";
}
