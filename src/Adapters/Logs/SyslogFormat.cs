using System.Text;

namespace McpMesh.Adapters.Logs;

/// <summary>Syslog as files hold it: RFC 5424, and RFC 3164 with or without its priority. Both may stand in one file.</summary>
internal sealed class SyslogFormat : ILogFormat
{
    public string Name => "syslog";

    public bool TryParse(ReadOnlySpan<byte> line, DateTimeOffset reference, bool withMessage, out ParsedLine parsed)
    {
        var severity = Severity.Info;
        if (!line.IsEmpty && line[0] == (byte)'<')
        {
            var close = line.IndexOf((byte)'>');
            if (close is < 2 or > 4 || !DateParts.Number(line[1..close], out var priority) || priority > 191)
            {
                parsed = default;
                return false;
            }
            severity = SeverityNames.FromSyslog(priority % 8);
            line = line[(close + 1)..];
            if (line.StartsWith("1 "u8)) return TryParse5424(line[2..], severity, withMessage, out parsed);
        }
        return TryParse3164(line, reference, severity, withMessage, out parsed);
    }

    /// <summary>RFC 5424 section 6: TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA [MSG].</summary>
    private static bool TryParse5424(ReadOnlySpan<byte> rest, Severity severity, bool withMessage, out ParsedLine parsed)
    {
        parsed = default;
        if (!Mcp.Rfc3339.TryParse(Word(ref rest), out var time)) return false;
        _ = Word(ref rest); // host
        var app = Word(ref rest);
        _ = Word(ref rest); // process id
        _ = Word(ref rest); // message id
        if (app.IsEmpty || !TryStructuredData(ref rest, out var data)) return false;
        if (rest.StartsWith("\uFEFF"u8)) rest = rest[3..];
        string? message = null;
        if (withMessage)
        {
            message = data.SequenceEqual("-"u8)
                ? Encoding.UTF8.GetString(rest)
                : $"{Encoding.UTF8.GetString(data)} {Encoding.UTF8.GetString(rest)}".TrimEnd();
        }
        parsed = new ParsedLine(time, severity, app.SequenceEqual("-"u8) ? null : Encoding.UTF8.GetString(app), message);
        return true;
    }

    /// <summary>
    /// RFC 3164 section 4: <c>Mmm dd hh:mm:ss HOST TAG[pid]: CONTENT</c>. The year is that of the newest such date not after the file's
    /// last write.
    /// </summary>
    private static bool TryParse3164(
        ReadOnlySpan<byte> line, DateTimeOffset reference, Severity severity, bool withMessage, out ParsedLine parsed)
    {
        parsed = default;
        if (line.Length < 17 || line[3] != (byte)' ' || line[6] != (byte)' ' || line[9] != (byte)':' || line[12] != (byte)':'
            || line[15] != (byte)' ')
        {
            return false;
        }
        var dated = DateParts.Month(line[..3], out var month) & DateParts.Number(line.Slice(4, 2), out var day)
            & DateParts.Number(line.Slice(7, 2), out var hour) & DateParts.Number(line.Slice(10, 2), out var minute)
            & DateParts.Number(line.Slice(13, 2), out var second);
        if (!dated || !TryInferYear(reference, month, day, hour, minute, second, out var time)) return false;
        var rest = line[16..];
        _ = Word(ref rest); // host
        var end = rest.IndexOf(": "u8);
        var tagged = end > 0 && rest[..end].IndexOf((byte)' ') < 0;
        var tag = tagged ? rest[..end] : default;
        if (tagged) rest = rest[(end + 2)..];
        var bracket = tag.IndexOf((byte)'[');
        if (bracket > 0) tag = tag[..bracket];
        parsed = new ParsedLine(
            time, severity, tag.IsEmpty ? null : Encoding.UTF8.GetString(tag), withMessage ? Encoding.UTF8.GetString(rest) : null);
        return true;
    }

    private static bool TryInferYear(
        DateTimeOffset reference, int month, int day, int hour, int minute, int second, out DateTimeOffset time)
    {
        // A day of grace: the host's clock and time zone may run ahead of the file's.
        var latest = reference.AddDays(1);
        for (var year = latest.Year; year > latest.Year - 5; year--) // 29 February may be four years back
        {
            if (DateParts.TryCombine(year, month, day, hour, minute, second, TimeSpan.Zero, out time) && time <= latest) return true;
        }
        time = default;
        return false;
    }

    private static ReadOnlySpan<byte> Word(ref ReadOnlySpan<byte> rest)
    {
        var space = rest.IndexOf((byte)' ');
        var word = space < 0 ? rest : rest[..space];
        rest = space < 0 ? default : rest[(space + 1)..];
        return word;
    }

    private static bool TryStructuredData(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> data)
    {
        data = default;
        if (rest.IsEmpty) return false;
        if (rest[0] == (byte)'-')
        {
            data = Word(ref rest);
            return data.Length == 1;
        }
        var quoted = false;
        for (var index = 0; index < rest.Length; index++)
        {
            var character = rest[index];
            if (index == 0 && character != (byte)'[') return false;
            if (quoted && character == (byte)'\\')
            {
                index++; // section 6.3.3: \" \\ \]
            }
            else if (character == (byte)'"')
            {
                quoted = !quoted;
            }
            else if (!quoted && character == (byte)']' && (index + 1 == rest.Length || rest[index + 1] == (byte)' '))
            {
                data = rest[..(index + 1)];
                rest = index + 2 <= rest.Length ? rest[(index + 2)..] : default;
                return true;
            }
        }
        return false;
    }
}
