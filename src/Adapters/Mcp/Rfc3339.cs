using System.Globalization;
using System.Text;

namespace McpMesh.Adapters.Mcp;

/// <summary>Times as in RFC 3339: a date, a time of day and an offset; nothing is assumed.</summary>
internal static class Rfc3339
{
    private const int MaxLength = 40;

    /// <summary>Reads a time; false when it is not one or carries no offset.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset time)
    {
        time = default;
        Span<byte> bytes = stackalloc byte[MaxLength];
        return text.Length <= MaxLength && Ascii.FromUtf16(text, bytes, out var length) is System.Buffers.OperationStatus.Done
            && TryParse(bytes[..length], out time);
    }

    /// <summary>Reads a time without allocating: log files hold millions of them.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length is < 20 or > MaxLength || text[4] != '-' || text[7] != '-' || text[10] is not ((byte)'T' or (byte)'t' or (byte)' '))
            return false;
        if (text[13] != ':' || text[16] != ':') return false;
        var parsed = Digits(text[..4], out var year) & Digits(text.Slice(5, 2), out var month) & Digits(text.Slice(8, 2), out var day)
            & Digits(text.Slice(11, 2), out var hour) & Digits(text.Slice(14, 2), out var minute) & Digits(
                text.Slice(17, 2), out var second);
        if (!parsed || !TryReadFraction(text[19..], out var ticks, out var zone) || !TryReadOffset(zone, out var offset)) return false;
        if (year is < 1 or > 9998 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        if (hour > 23 || minute > 59 || second > 60) return false;
        // A leap second is the last instant of its minute here.
        var local = new DateTime(year, month, day, hour, minute, Math.Min(second, 59)).Ticks + ticks - offset.Ticks;
        if (local < 0) return false;
        time = new DateTimeOffset(local, TimeSpan.Zero);
        return true;
    }

    /// <summary>Writes a time in UTC with milliseconds.</summary>
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static bool TryReadFraction(ReadOnlySpan<byte> text, out long ticks, out ReadOnlySpan<byte> rest)
    {
        ticks = 0;
        rest = text;
        if (text[0] != '.') return true;
        var length = text[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (length <= 0) return false;
        rest = text[(length + 1)..];
        // finer than a tick is cut off
        for (var index = 0; index < 7; index++) ticks = (ticks * 10) + (index < length ? text[index + 1] - '0' : 0);
        return true;
    }

    private static bool TryReadOffset(ReadOnlySpan<byte> text, out TimeSpan offset)
    {
        offset = default;
        if (text.Length == 1) return text[0] is (byte)'Z' or (byte)'z';
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':') return false;
        if (!Digits(text.Slice(1, 2), out var hours) || !Digits(text.Slice(4, 2), out var minutes) || hours > 23 || minutes > 59)
            return false;
        offset = new TimeSpan(hours, minutes, 0) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            number = (number * 10) + digit - '0';
        }
        return true;
    }
}
