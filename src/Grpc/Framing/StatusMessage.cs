using System.Buffers;
using System.Globalization;
using System.Text;

namespace McpMesh.Grpc.Framing;

/// <summary>The percent-encoding of <c>grpc-message</c> (gRPC over HTTP/2, "Status-Message"): UTF-8, with all but printable ASCII, and
/// <c>%</c> itself, as <c>%XX</c>.</summary>
internal static class StatusMessage
{
    /// <summary>Header blocks are limited on the other side, to 8 KiB by some: a longer text is cut, never the status lost.</summary>
    public const int MostEncoded = 4096;

    private const string HexDigits = "0123456789ABCDEF";

    public static string Encode(string text)
    {
        if (text.Length <= MostEncoded && !text.AsSpan().ContainsAnyExceptInRange(' ', '~') && !text.Contains('%')) return text;
        var encoded = new StringBuilder(text.Length + 16);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var bytes = utf8[..rune.EncodeToUtf8(utf8)];
            var plain = bytes.Length == 1 && bytes[0] is >= 0x20 and <= 0x7E and not (byte)'%';
            if (encoded.Length + (plain ? 1 : 3 * bytes.Length) > MostEncoded) break;
            if (plain)
            {
                encoded.Append((char)bytes[0]);
                continue;
            }

            foreach (var value in bytes) encoded.Append('%').Append(HexDigits[value >> 4]).Append(HexDigits[value & 15]);
        }

        return encoded.ToString();
    }

    /// <summary>Never fails: what is no valid escape stands for itself, as the specification asks.</summary>
    public static string Decode(string encoded)
    {
        if (!encoded.Contains('%')) return encoded;
        var buffer = ArrayPool<byte>.Shared.Rent(encoded.Length * 3);
        try
        {
            var length = 0;
            for (var i = 0; i < encoded.Length; i++)
            {
                if (encoded[i] == '%' && i + 2 < encoded.Length
                    && byte.TryParse(encoded.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
                {
                    buffer[length++] = value;
                    i += 2;
                    continue;
                }

                length += Encoding.UTF8.GetBytes(encoded.AsSpan(i, 1), buffer.AsSpan(length));
            }

            return Encoding.UTF8.GetString(buffer, 0, length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
