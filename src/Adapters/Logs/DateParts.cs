using System.Buffers.Text;

namespace McpMesh.Adapters.Logs;

/// <summary>Parts of dates in log lines, read from bytes.</summary>
internal static class DateParts
{
    private static ReadOnlySpan<byte> Months => "JanFebMarAprMayJunJulAugSepOctNovDec"u8;

    /// <summary>A number of digits only; a leading space counts as a zero.</summary>
    public static bool Number(ReadOnlySpan<byte> text, out int number)
    {
        text = text.TrimStart((byte)' ');
        return Utf8Parser.TryParse(text, out number, out var consumed) && consumed == text.Length && number >= 0;
    }

    /// <summary>The English abbreviation of a month.</summary>
    public static bool Month(ReadOnlySpan<byte> text, out int month)
    {
        var index = text.Length == 3 ? Months.IndexOf(text) : -1;
        month = index / 3 + 1;
        return index >= 0 && index % 3 == 0;
    }

    /// <summary>An offset like <c>+0900</c>.</summary>
    public static bool Offset(ReadOnlySpan<byte> text, out TimeSpan offset)
    {
        offset = default;
        if (text.Length != 5 || text[0] is not ((byte)'+' or (byte)'-') || !Number(text.Slice(1, 2), out var hours)
            || !Number(text.Slice(3, 2), out var minutes))
        {
            return false;
        }
        offset = new TimeSpan(hours, minutes, 0) * (text[0] == (byte)'-' ? -1 : 1);
        return hours <= 14 && minutes < 60;
    }

    /// <summary>Puts a point in time together; false when there is no such one.</summary>
    public static bool TryCombine(int year, int month, int day, int hour, int minute, int second, TimeSpan offset, out DateTimeOffset time)
    {
        time = default;
        if (year is < 1 or > 9998 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59
            || second > 60)
        {
            return false;
        }
        // A leap second is the last instant of its minute here.
        time = new DateTimeOffset(new DateTime(year, month, day, hour, minute, Math.Min(second, 59)).Ticks - offset.Ticks, TimeSpan.Zero);
        return true;
    }
}
