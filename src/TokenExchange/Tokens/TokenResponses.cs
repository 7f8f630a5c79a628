using McpMesh.TokenExchange.Minting;
using McpMesh.TokenExchange.OAuth;

namespace McpMesh.TokenExchange.Tokens;

/// <summary>An issued token as answer of a token endpoint.</summary>
internal static class TokenResponses
{
    public static TokenResponse ToResponse(this IssuedToken issued, RefreshToken? refreshToken = null) => new()
    {
        AccessToken = issued.Compact,
        ExpiresIn = (long)(issued.Claims.ExpiresAt - issued.Claims.IssuedAt).TotalSeconds,
        Scope = string.Join(' ', issued.Claims.Scopes),
        RefreshToken = refreshToken?.Write(),
    };
}
