using System.Buffers;
using SystemBase64Url = System.Buffers.Text.Base64Url;

namespace McpMesh.Identity.Jose;

/// <summary>
/// Base64url as RFC 7515 section 2 means it: no padding, no white space, and unused bits zero, so that every byte string has exactly one
/// spelling. (The framework's decoder skips white space and takes padding, which would let one token have many spellings.)
/// </summary>
public static class Base64Url
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static readonly SearchValues<char> s_alphabet = SearchValues.Create(Alphabet);

    /// <summary>Encodes without padding.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) => SystemBase64Url.EncodeToString(bytes);

    /// <summary>Number of bytes that <paramref name="chars"/> characters stand for.</summary>
    public static int DecodedLength(int chars) => (chars / 4 * 3) + Math.Max(0, (chars % 4) - 1);

    /// <summary>Decodes into <paramref name="destination"/>, which must hold <see cref="DecodedLength"/> bytes.</summary>
    /// <returns>False when <paramref name="source"/> is not canonical base64url.</returns>
    public static bool TryDecode(ReadOnlySpan<char> source, Span<byte> destination, out int written)
    {
        written = 0;
        return IsCanonical(source) && SystemBase64Url.TryDecodeFromChars(source, destination, out written);
    }

    /// <summary>Decodes into a new array.</summary>
    /// <returns>False when <paramref name="source"/> is not canonical base64url.</returns>
    public static bool TryDecode(ReadOnlySpan<char> source, out byte[] bytes)
    {
        bytes = [];
        if (!IsCanonical(source)) return false;
        bytes = new byte[DecodedLength(source.Length)];
        return SystemBase64Url.TryDecodeFromChars(source, bytes, out var written) && written == bytes.Length;
    }

    private static bool IsCanonical(ReadOnlySpan<char> source)
    {
        var rest = source.Length % 4;
        if (rest == 1 || source.ContainsAnyExcept(s_alphabet)) return false;
        if (rest == 0) return true;
        var unused = rest == 2 ? 0b1111 : 0b11;
        return (Alphabet.IndexOf(source[^1], StringComparison.Ordinal) & unused) == 0;
    }
}
