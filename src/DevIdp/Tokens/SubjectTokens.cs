using McpMesh.DevIdp.Hosting;
using McpMesh.DevIdp.Keys;
using McpMesh.DevIdp.Organization;
using McpMesh.DevIdp.SignIn;
using McpMesh.Identity.Jose;

namespace McpMesh.DevIdp.Tokens;

/// <summary>Checks what a client presents as the user's identity: its own ID token or its own refresh token, nothing else.</summary>
internal sealed class SubjectTokens(SigningKeyRing keys, RefreshTokens refreshTokens, DirectoryFile directory, TimeProvider time)
{
    public const string IdToken = "urn:ietf:params:oauth:token-type:id_token";
    public const string RefreshToken = "urn:ietf:params:oauth:token-type:refresh_token";

    private static readonly JwsPolicy s_policy = JwsPolicy.Es256(TokenIssuer.IdTokenType);

    /// <exception cref="OAuthException"><c>invalid_grant</c>, or <c>invalid_request</c> for a kind of token that proves nothing
    /// here.</exception>
    public async Task<Authentication> RequireAsync(string token, string type, string clientId, CancellationToken cancellationToken)
    {
        switch (type)
        {
            case RefreshToken:
                return (await refreshTokens.FindAsync(token, clientId, cancellationToken)).Authentication;
            case IdToken:
                var subject = Read(token, out var expires);
                if (subject is null) throw new OAuthException("invalid_grant", "subject_token: is not an ID token of this IdP.");
                if (subject.ClientId != clientId) throw new OAuthException("invalid_grant", "subject_token: was issued to another client.");
                if (expires <= time.GetUtcNow()) throw new OAuthException("invalid_grant", "subject_token: expired.");
                return subject.Authentication;
            default:
                throw new OAuthException("invalid_request", "subject_token_type: must be id_token or refresh_token.");
        }
    }

    /// <summary>An ID token as a hint: it may have expired.</summary>
    public SubjectToken? ReadHint(string token) => Read(token, out _);

    private SubjectToken? Read(string token, out DateTimeOffset expires)
    {
        expires = default;
        var verified = JsonWebSignature.Verify(token, keys.Published, s_policy);
        if (verified.Payload is null || JwtClaims.Read(verified.Payload, out _) is not { } claims) return null;
        if (claims.Issuer != directory.Current.Settings.Issuer || claims.ExpiresAt is not { } end) return null;
        if (claims is not { Subject: { } user, Audience: { } client, AuthenticatedAt: { } at }) return null;
        if (claims.Text("sid") is not { } session) return null;
        expires = end;
        return new SubjectToken(client, new Authentication(user, session, at));
    }
}
