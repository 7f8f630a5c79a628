namespace McpMesh.TokenExchange.OAuth;

/// <summary>Registered names of grants, token types and profiles.</summary>
internal static class GrantType
{
    public const string AuthorizationCode = "authorization_code";
    public const string RefreshToken = "refresh_token";
    public const string JwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    public const string TokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange";

    public const string AccessTokenType = "urn:ietf:params:oauth:token-type:access_token";
    public const string IdTokenType = "urn:ietf:params:oauth:token-type:id_token";
    public const string IdJagTokenType = "urn:ietf:params:oauth:token-type:id-jag";

    /// <summary>A handle that <c>/delegation</c> gave; the mesh's own.</summary>
    public const string DelegationTokenType = "urn:mcpmesh:params:oauth:token-type:delegation";

    public const string IdJagProfile = "urn:ietf:params:oauth:grant-profile:id-jag";
}
