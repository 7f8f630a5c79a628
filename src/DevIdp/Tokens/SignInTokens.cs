using McpMesh.DevIdp.Organization;
using McpMesh.DevIdp.SignIn;

namespace McpMesh.DevIdp.Tokens;

/// <summary>The tokens that a client gets for a signed-in user.</summary>
internal sealed class SignInTokens(TokenIssuer issuer)
{
    public TokenResponse Create(
        IdpConfiguration settings, UserConfiguration user, Authentication authentication, string clientId, string scope, string? nonce,
        string? refreshToken) => new()
        {
            AccessToken = issuer.AccessToken(settings, user.Id, clientId, scope),
            TokenType = "Bearer",
            ExpiresIn = (int)settings.AccessTokenLifetime.TotalSeconds,
            Scope = scope,
            IdToken = issuer.IdToken(settings, user, authentication, clientId, scope, nonce),
            RefreshToken = refreshToken,
        };
}
