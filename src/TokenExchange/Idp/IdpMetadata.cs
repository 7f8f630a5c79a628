using System.Text.Json.Serialization;

namespace McpMesh.TokenExchange.Idp;

/// <summary>What the mesh AS uses of the IdP's OpenID Provider Metadata.</summary>
internal sealed record IdpMetadata
{
    [JsonPropertyName("issuer")]
    public required string Issuer { get; init; }

    [JsonPropertyName("authorization_endpoint")]
    public required Uri AuthorizationEndpoint { get; init; }

    [JsonPropertyName("token_endpoint")]
    public required Uri TokenEndpoint { get; init; }

    [JsonPropertyName("jwks_uri")]
    public required Uri JwksUri { get; init; }

    /// <summary>RFC 9207: whether every authorization response must name its issuer.</summary>
    [JsonPropertyName("authorization_response_iss_parameter_supported")]
    public bool NamesIssuerInResponse { get; init; }
}
