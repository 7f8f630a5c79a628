using System.Text.Json.Serialization;

namespace McpMesh.Identity.Hops;

/// <summary>Answer of <c>/hop</c> or <c>/delegation</c>: the token (RFC 8693 section 2.2.1), the handle, or the error.</summary>
internal sealed record HopTokenResponse
{
    [JsonPropertyName("access_token")]
    public string? AccessToken { get; init; }

    [JsonPropertyName("jti")]
    public string? TokenId { get; init; }

    [JsonPropertyName("delegation")]
    public string? Delegation { get; init; }

    [JsonPropertyName("expires_in")]
    public long ExpiresIn { get; init; }

    [JsonPropertyName("error")]
    public string? Error { get; init; }

    [JsonPropertyName("error_description")]
    public string? ErrorDescription { get; init; }

    [JsonPropertyName("sign_in_url")]
    public string? SignInUrl { get; init; }
}
