using System.Buffers;
using System.Text.Json;
using McpMesh.Identity.Jose;

namespace McpMesh.Identity.Tokens;

/// <summary>The one place that writes mesh access tokens (RFC 9068: <c>typ: at+jwt</c>, ES256).</summary>
public static class AccessTokenWriter
{
    /// <summary>The <c>typ</c> of a JWT access token.</summary>
    public const string Type = "at+jwt";

    /// <summary>Signs the token.</summary>
    /// <exception cref="InvalidOperationException">The actor chain is deeper than <see cref="ActorChain.MaxDepth"/>; it is never
    /// cut.</exception>
    public static string Write(AccessToken token, SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (token.Actors.Depth > ActorChain.MaxDepth)
        {
            throw new InvalidOperationException($"The actor chain is deeper than {ActorChain.MaxDepth}.");
        }

        var payload = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(payload)) WriteClaims(json, token);
        return JsonWebSignature.Sign(payload.WrittenSpan, key, Type);
    }

    private static void WriteClaims(Utf8JsonWriter json, AccessToken token)
    {
        json.WriteStartObject();
        json.WriteString("iss"u8, token.Issuer);
        json.WriteString("sub"u8, token.Subject);
        json.WriteString("aud"u8, token.Audience);
        json.WriteString("client_id"u8, token.ClientId);
        json.WriteString("jti"u8, token.TokenId);
        json.WriteString("scope"u8, string.Join(' ', token.Scopes));
        json.WriteNumber("iat"u8, token.IssuedAt.ToUnixTimeSeconds());
        json.WriteNumber("exp"u8, token.ExpiresAt.ToUnixTimeSeconds());
        json.WriteString("txn"u8, token.Transaction);
        if (token.Session is not null) json.WriteString("sid"u8, token.Session);
        json.WriteStartArray("groups"u8);
        foreach (var group in token.Groups) json.WriteStringValue(group);
        json.WriteEndArray();
        if (token.AuthenticationContext is not null) json.WriteString("acr"u8, token.AuthenticationContext);
        if (token.Grant is not null)
        {
            json.WriteStartObject("grant"u8);
            json.WriteString("iss"u8, token.Grant.Issuer);
            json.WriteString("jti"u8, token.Grant.TokenId);
            json.WriteEndObject();
        }

        foreach (var actor in token.Actors.Actors)
        {
            // Newest outermost (RFC 8693 section 4.1): each further actor opens inside the one before.
            json.WriteStartObject("act"u8);
            json.WriteString("sub"u8, actor);
        }

        for (var depth = token.Actors.Depth; depth > 0; depth--) json.WriteEndObject();
        json.WriteEndObject();
    }
}
