using System.Buffers;
using System.Text.Json;
using McpMesh.DevIdp.Keys;
using McpMesh.DevIdp.Organization;
using McpMesh.Identity.Jose;

namespace McpMesh.DevIdp.Tokens;

/// <summary><c>/userinfo</c> (OIDC Core section 5.3): the user as the directory has them now.</summary>
internal sealed class UserInfoEndpoint(SigningKeyRing keys, DirectoryFile directory, TimeProvider time)
{
    private static readonly JwsPolicy s_policy = JwsPolicy.Es256(TokenIssuer.AccessTokenType);

    public IResult Show(HttpContext context)
    {
        const string Scheme = "Bearer ";
        context.Response.Headers.CacheControl = "no-store";
        var header = context.Request.Headers.Authorization.ToString();
        var sent = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);
        var now = directory.Current;
        if (sent && Read(header[Scheme.Length..].Trim(), now.Settings) is { } claims && now.ActiveUser(claims.Subject!) is { } user)
            return Results.Bytes(Write(user, claims.Scope ?? ""), "application/json");
        context.Response.Headers.WWWAuthenticate = sent ? "Bearer error=\"invalid_token\"" : "Bearer";
        return Results.StatusCode(StatusCodes.Status401Unauthorized);
    }

    private JwtClaims? Read(string token, IdpConfiguration settings)
    {
        var verified = JsonWebSignature.Verify(token, keys.Published, s_policy);
        if (verified.Payload is null || JwtClaims.Read(verified.Payload, out _) is not { Subject: not null } claims) return null;
        var valid = claims.Issuer == settings.Issuer && claims.Audience == TokenIssuer.UserInfoAudience(settings)
            && claims.ExpiresAt > time.GetUtcNow();
        return valid ? claims : null;
    }

    private static byte[] Write(UserConfiguration user, string scope)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var claims = new Utf8JsonWriter(body))
        {
            claims.WriteStartObject();
            claims.WriteString("sub"u8, user.Id);
            TokenIssuer.WriteProfile(claims, user, scope);
            TokenIssuer.WriteGroups(claims, user);
            claims.WriteEndObject();
        }

        return body.WrittenSpan.ToArray();
    }
}
