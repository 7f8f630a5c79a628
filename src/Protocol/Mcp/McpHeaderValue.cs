using System.Buffers;
using System.Text;

namespace McpMesh.Protocol;

/// <summary>
/// Values of <c>Mcp-Name</c> and <c>Mcp-Param-*</c> (MCP 2026-07-28, Streamable HTTP): plain where HTTP can carry the text as it is, else
/// <c>=?base64?…?=</c> over its UTF-8 bytes. Receivers decode before they compare.
/// </summary>
public static class McpHeaderValue
{
    private const string Prefix = "=?base64?";
    private const string Suffix = "?=";
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly SearchValues<char> Plain = SearchValues.Create([.. Enumerable.Range(0x20, 0x5F).Select(c => (char)c)]);

    /// <summary>The header value that stands for <paramref name="text"/>.</summary>
    public static string Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var isPlain = !text.AsSpan().ContainsAnyExcept(Plain)
            && (text.Length == 0 || (text[0] != ' ' && text[^1] != ' '))
            && !IsSentinel(text);
        return isPlain ? text : Prefix + Convert.ToBase64String(Encoding.UTF8.GetBytes(text)) + Suffix;
    }

    /// <summary>The text that <paramref name="value"/> stands for.</summary>
    /// <param name="value">Header value; white space around it is not part of it.</param>
    /// <param name="text">The text; null when false is returned.</param>
    /// <returns>False for the sentinel around something that is not base64 of UTF-8, and for characters that HTTP does not allow.</returns>
    public static bool TryDecode(string value, out string? text)
    {
        ArgumentNullException.ThrowIfNull(value);
        var trimmed = value.AsSpan().Trim(" \t");
        if (!IsSentinel(trimmed))
        {
            var isPlain = !trimmed.ContainsAnyExcept(Plain);
            text = isPlain ? (trimmed.Length == value.Length ? value : trimmed.ToString()) : null;
            return isPlain;
        }

        text = null;
        var encoded = trimmed[Prefix.Length..^Suffix.Length];
        if (encoded.ContainsAny(" \t\r\n")) return false;
        var bytes = new byte[encoded.Length / 4 * 3 + 3];
        if (!Convert.TryFromBase64Chars(encoded, bytes, out var length)) return false;
        try
        {
            text = StrictUtf8.GetString(bytes, 0, length);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static bool IsSentinel(ReadOnlySpan<char> value) =>
        value.Length >= Prefix.Length + Suffix.Length
        && value.StartsWith(Prefix, StringComparison.Ordinal)
        && value.EndsWith(Suffix, StringComparison.Ordinal);
}
