using System.Buffers.Text;
using System.Text;

namespace McpMesh.Adapters.Logs;

/// <summary>The common and combined formats of Apache httpd and nginx; the status decides the severity.</summary>
internal sealed class CombinedFormat : ILogFormat
{
    public string Name => "combined";

    public bool TryParse(ReadOnlySpan<byte> line, DateTimeOffset reference, bool withMessage, out ParsedLine parsed)
    {
        parsed = default;
        // 203.0.113.9 - - [19/Nov/2026:14:02:11 +0000] "GET /cart HTTP/1.1" 502 157 "-" "agent"
        var open = line.IndexOf(" ["u8);
        if (open <= 0 || line.Length < open + 29 || line[open + 28] != (byte)']') return false;
        if (!TryParseTime(line.Slice(open + 2, 26), out var time)) return false;
        var rest = line[(open + 29)..].TrimStart((byte)' ');
        if (rest.IsEmpty || rest[0] != (byte)'"') return false;
        var quote = EndOfQuoted(rest);
        if (quote < 0 || rest.Length < quote + 5) return false;
        if (!Utf8Parser.TryParse(rest[(quote + 1)..].TrimStart((byte)' '), out int status, out var digits) || digits != 3) return false;
        var severity = status switch { >= 500 => Severity.Error, >= 400 => Severity.Warn, _ => Severity.Info };
        var client = line[..line.IndexOf((byte)' ')];
        var message = withMessage ? $"{Encoding.UTF8.GetString(client)} {Encoding.UTF8.GetString(rest)}" : null;
        parsed = new ParsedLine(time, severity, null, message);
        return true;
    }

    /// <summary>Index of the closing quote: a backslash keeps a quote inside.</summary>
    private static int EndOfQuoted(ReadOnlySpan<byte> text)
    {
        for (var index = 1; index < text.Length; index++)
        {
            if (text[index] == (byte)'\\') index++;
            else if (text[index] == (byte)'"') return index;
        }
        return -1;
    }

    private static bool TryParseTime(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        time = default;
        if (text[2] != (byte)'/' || text[6] != (byte)'/' || text[11] != (byte)':' || text[20] != (byte)' ') return false;
        return DateParts.Number(text[..2], out var day) && DateParts.Month(text.Slice(3, 3), out var month)
            && DateParts.Number(text.Slice(7, 4), out var year)
            && DateParts.Number(text.Slice(12, 2), out var hour) && DateParts.Number(text.Slice(15, 2), out var minute)
            && DateParts.Number(text.Slice(18, 2), out var second) && DateParts.Offset(text.Slice(21, 5), out var offset)
            && DateParts.TryCombine(year, month, day, hour, minute, second, offset, out time);
    }
}
