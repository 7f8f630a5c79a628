using System.Security.Cryptography;
using System.Text;
using McpMesh.DevIdp.Authorization;
using McpMesh.DevIdp.Clients;
using McpMesh.DevIdp.Hosting;
using McpMesh.DevIdp.Organization;
using McpMesh.Identity.Jose;

namespace McpMesh.DevIdp.Tokens;

/// <summary><c>authorization_code</c> with PKCE (RFC 6749 section 4.1.3, RFC 7636 section 4.6).</summary>
internal sealed class AuthorizationCodeGrant(AuthorizationCodes codes, SignInTokens tokens, RefreshTokens refreshTokens) : ITokenGrant
{
    public string GrantType => "authorization_code";

    public async Task<TokenResponse> GrantAsync(
        OAuthParameters form, Client client, OrganizationDirectory directory, CancellationToken cancellationToken)
    {
        var (given, redirectUri, verifier) = (form.Required("code"), form.Required("redirect_uri"), form.Required("code_verifier"));
        var code = codes.Find(given);
        if (code is null || code.ClientId != client.Id || code.RedirectUri != redirectUri) throw Refused();
        if (!code.TryRedeem())
        {
            // Two parties hold the code; what the first one got is no longer trusted (RFC 6749 section 4.1.2).
            await refreshTokens.RevokeAsync(code.FamilyId, cancellationToken);
            throw Refused();
        }

        if (!Proves(verifier, code.CodeChallenge)) throw Refused();
        var user = directory.ActiveUser(code.Authentication.UserId) ?? throw Refused();
        var refreshToken = code.Scope.Split(' ').Contains("offline_access")
            ? await refreshTokens.IssueAsync(code.FamilyId, client.Id, code.Authentication, code.Scope, cancellationToken)
            : null;
        return tokens.Create(directory.Settings, user, code.Authentication, client.Id, code.Scope, code.Nonce, refreshToken);
    }

    private static bool Proves(string verifier, string challenge) =>
        verifier.Length is >= 43 and <= 128
        && SecretComparison.AreEqual(Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))), challenge);

    // One text for every reason: which check failed is nobody's business but the holder's.
    private static OAuthException Refused() => new("invalid_grant", "code: is not valid for this client, redirect URI and verifier.");
}
