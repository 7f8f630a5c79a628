using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace McpMesh.TokenExchange.Metadata;

/// <summary>RFC 8414 metadata of the mesh AS.</summary>
internal sealed record AuthorizationServerMetadata
{
    [JsonPropertyName("issuer")]
    public required string Issuer { get; init; }

    [JsonPropertyName("authorization_endpoint")]
    public required string AuthorizationEndpoint { get; init; }

    [JsonPropertyName("token_endpoint")]
    public required string TokenEndpoint { get; init; }

    [JsonPropertyName("jwks_uri")]
    public required string JwksUri { get; init; }

    [JsonPropertyName("scopes_supported")]
    public required ImmutableArray<string> Scopes { get; init; }

    [JsonPropertyName("response_types_supported")]
    public ImmutableArray<string> ResponseTypes { get; } = ["code"];

    [JsonPropertyName("response_modes_supported")]
    public ImmutableArray<string> ResponseModes { get; } = ["query"];

    [JsonPropertyName("grant_types_supported")]
    public ImmutableArray<string> GrantTypes { get; } =
        [OAuth.GrantType.AuthorizationCode, OAuth.GrantType.RefreshToken, OAuth.GrantType.JwtBearer];

    /// <summary>Says that the jwt-bearer grant takes ID-JAGs; names no trusted issuer on purpose.</summary>
    [JsonPropertyName("authorization_grant_profiles_supported")]
    public ImmutableArray<string> GrantProfiles { get; } = [OAuth.GrantType.IdJagProfile];

    [JsonPropertyName("token_endpoint_auth_methods_supported")]
    public ImmutableArray<string> ClientAuthentication { get; } = ["none", "client_secret_basic", "client_secret_post"];

    [JsonPropertyName("code_challenge_methods_supported")]
    public ImmutableArray<string> CodeChallengeMethods { get; } = ["S256"];

    [JsonPropertyName("authorization_response_iss_parameter_supported")]
    public bool NamesIssuerInResponse { get; } = true;

    [JsonPropertyName("protected_resources")]
    public required ImmutableArray<string> ProtectedResources { get; init; }
}
