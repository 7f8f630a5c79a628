using McpMesh.Configuration;
using McpMesh.Identity.Jose;
using McpMesh.Identity.Validation;
using McpMesh.TokenExchange.OAuth;

namespace McpMesh.TokenExchange.Idp;

/// <summary>OpenID Connect Core section 3.1.3.7: signature, issuer, audience, times, nonce.</summary>
internal sealed class IdTokenValidator(IdpDiscovery discovery, MeshConfiguration mesh, TimeProvider time)
{
    private static readonly JwsPolicy s_policy = JwsPolicy.Asymmetric();

    /// <param name="nonce">The nonce of the login; null for a refreshed token, which may carry none.</param>
    /// <exception cref="OAuthException"><c>invalid_grant</c> with the broken rule.</exception>
    public async Task<IdToken> ValidateAsync(string compact, string? nonce, CancellationToken cancellationToken)
    {
        var signature = await JsonWebSignature.VerifyAsync(compact, discovery, s_policy, cancellationToken);
        if (!signature.IsValid) throw Refuse(signature.Error!);
        if (JwtClaims.Read(signature.Payload, out var error) is not { } claims) throw Refuse(error!);
        var now = time.GetUtcNow();
        if (!string.Equals(claims.Issuer, discovery.Issuer, StringComparison.Ordinal)) throw Refuse("it is from another issuer");
        if (!string.Equals(claims.Audience, mesh.Identity.Idp.ClientId, StringComparison.Ordinal)) throw Refuse("it is for another client");
        if (string.IsNullOrEmpty(claims.Subject)) throw Refuse("claim sub is missing");
        if (claims.ExpiresAt is not { } expires || claims.IssuedAt is not { } issued) throw Refuse("claim exp or iat is missing");
        if (now >= expires + AccessTokenValidator.Skew) throw Refuse("it expired");
        if (issued > now + AccessTokenValidator.Skew) throw Refuse("it is from the future");
        if (nonce is not null && !string.Equals(claims.Text("nonce"), nonce, StringComparison.Ordinal))
        {
            throw Refuse("its nonce is not this login's");
        }
        return new(claims.Subject, issued, expires);
    }

    private static OAuthException Refuse(string rule) => new("invalid_grant", $"The ID token is not accepted: {rule}.");
}
