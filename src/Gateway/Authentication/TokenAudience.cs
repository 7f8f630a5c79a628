using System.Buffers.Text;
using System.Text.Json;

namespace McpMesh.Gateway.Authentication;

/// <summary>
/// Looks, unverified, at the audience that a token claims: only to choose which of the two acceptable resources the validator is asked about.
/// </summary>
internal static class TokenAudience
{
    private const int MaxPayload = 8192;

    /// <summary>True when the token's payload has exactly this <c>aud</c>.</summary>
    public static bool Claims(ReadOnlySpan<char> compact, string audience)
    {
        var first = compact.IndexOf('.');
        var second = first < 0 ? -1 : compact[(first + 1)..].IndexOf('.');
        if (second is < 0 or > MaxPayload) return false;
        Span<byte> payload = stackalloc byte[Base64Url.GetMaxDecodedLength(second)];
        if (!Base64Url.TryDecodeFromChars(compact.Slice(first + 1, second), payload, out var length)) return false;
        try
        {
            var reader = new Utf8JsonReader(payload[..length]);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isAudience = reader.ValueTextEquals("aud"u8);
                reader.Read();
                if (isAudience) return reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(audience);
                reader.Skip();
            }
        }
        catch (JsonException)
        {
            // Not a token; the validator will say so.
        }

        return false;
    }
}
