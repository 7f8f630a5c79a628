using System.Buffers;
using System.Text.Json;
using McpMesh.DevIdp.Hosting;
using McpMesh.DevIdp.Keys;
using McpMesh.DevIdp.Organization;
using McpMesh.DevIdp.SignIn;
using McpMesh.Identity.Jose;

namespace McpMesh.DevIdp.Tokens;

/// <summary>Signs the tokens. Each kind has its own <c>typ</c>, so that none passes for another.</summary>
internal sealed class TokenIssuer(SigningKeyRing keys, TimeProvider time)
{
    public const string IdTokenType = "JWT";
    public const string AccessTokenType = "at+jwt";
    public const string IdentityAssertionType = "oauth-id-jag+jwt";

    /// <summary>OIDC Core section 2.</summary>
    public string IdToken(
        IdpConfiguration settings, UserConfiguration user, Authentication authentication, string clientId, string scope, string? nonce) =>
        Sign(settings.Issuer, user.Id, clientId, settings.IdTokenLifetime, IdTokenType, claims =>
        {
            if (nonce is not null) claims.WriteString("nonce"u8, nonce);
            claims.WriteString("sid"u8, authentication.SessionId);
            WriteAuthentication(claims, authentication);
            WriteProfile(claims, user, scope);
            WriteGroups(claims, user);
        });

    /// <summary>RFC 9068; good for <c>/userinfo</c> only.</summary>
    public string AccessToken(IdpConfiguration settings, string userId, string clientId, string scope) =>
        Sign(settings.Issuer, userId, UserInfoAudience(settings), settings.AccessTokenLifetime, AccessTokenType, claims =>
        {
            claims.WriteString("client_id"u8, clientId);
            claims.WriteString("scope"u8, scope);
        });

    /// <summary>An ID-JAG (draft-ietf-oauth-identity-assertion-authz-grant): groups and e-mail as the directory has them now.</summary>
    public string IdentityAssertion(
        IdpConfiguration settings, UserConfiguration user, Authentication authentication, CrossAppAccessConfiguration access,
        string resource, string scope) =>
        Sign(settings.Issuer, user.Id, access.Audience, settings.IdJagLifetime, IdentityAssertionType, claims =>
        {
            claims.WriteString("client_id"u8, access.ClientIdAtAudience);
            claims.WriteString("resource"u8, resource);
            claims.WriteString("scope"u8, scope);
            WriteAuthentication(claims, authentication);
            if (user.Email.Length > 0) claims.WriteString("email"u8, user.Email);
            WriteGroups(claims, user);
        });

    public static string UserInfoAudience(IdpConfiguration settings) => $"{settings.Issuer}/userinfo";

    /// <summary>The claims that the OIDC scopes ask for.</summary>
    public static void WriteProfile(Utf8JsonWriter claims, UserConfiguration user, string scope)
    {
        var scopes = scope.Split(' ');
        if (scopes.Contains("profile"))
        {
            claims.WriteString("preferred_username"u8, user.Username);
            if (user.Name.Length > 0) claims.WriteString("name"u8, user.Name);
        }

        if (scopes.Contains("email") && user.Email.Length > 0) claims.WriteString("email"u8, user.Email);
    }

    public static void WriteGroups(Utf8JsonWriter claims, UserConfiguration user)
    {
        claims.WriteStartArray("groups"u8);
        foreach (var group in user.Groups) claims.WriteStringValue(group);
        claims.WriteEndArray();
    }

    private static void WriteAuthentication(Utf8JsonWriter claims, Authentication authentication)
    {
        claims.WriteNumber("auth_time"u8, authentication.At.ToUnixTimeSeconds());
        claims.WriteString("acr"u8, Authentication.ContextClass);
        claims.WriteStartArray("amr"u8);
        claims.WriteStringValue(Authentication.Method);
        claims.WriteEndArray();
    }

    private string Sign(
        string issuer, string subject, string audience, TimeSpan lifetime, string type, Action<Utf8JsonWriter> writeClaims)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var payload = new ArrayBufferWriter<byte>(512);
        using (var claims = new Utf8JsonWriter(payload))
        {
            claims.WriteStartObject();
            claims.WriteString("iss"u8, issuer);
            claims.WriteString("sub"u8, subject);
            claims.WriteString("aud"u8, audience);
            claims.WriteString("jti"u8, RandomText.Identifier());
            claims.WriteNumber("iat"u8, now);
            claims.WriteNumber("exp"u8, now + (long)lifetime.TotalSeconds);
            writeClaims(claims);
            claims.WriteEndObject();
        }

        return JsonWebSignature.Sign(payload.WrittenSpan, keys.Active, type);
    }
}
