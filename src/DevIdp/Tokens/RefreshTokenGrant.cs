using McpMesh.DevIdp.Clients;
using McpMesh.DevIdp.Hosting;
using McpMesh.DevIdp.Organization;

namespace McpMesh.DevIdp.Tokens;

/// <summary><c>refresh_token</c> with rotation (RFC 6749 section 6, RFC 9700 section 4.14.2).</summary>
internal sealed class RefreshTokenGrant(RefreshTokens refreshTokens, SignInTokens tokens) : ITokenGrant
{
    public string GrantType => "refresh_token";

    public async Task<TokenResponse> GrantAsync(
        OAuthParameters form, Client client, OrganizationDirectory directory, CancellationToken cancellationToken)
    {
        var given = form.Required("refresh_token");
        var family = await refreshTokens.FindAsync(given, client.Id, cancellationToken);
        var user = directory.ActiveUser(family.UserId) ?? throw RefreshTokens.Refused();
        var scope = Narrow(form["scope"], family.Scope);
        var rotated = await refreshTokens.RotateAsync(given, client.Id, cancellationToken);
        return tokens.Create(directory.Settings, user, family.Authentication, client.Id, scope, nonce: null, rotated);
    }

    private static string Narrow(string? asked, string granted)
    {
        if (asked is null) return granted;
        var scopes = granted.Split(' ');
        var wanted = asked.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return wanted.All(scopes.Contains)
            ? string.Join(' ', wanted)
            : throw new OAuthException("invalid_scope", "scope: exceeds what was granted.");
    }
}
