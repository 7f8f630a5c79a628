using System.Buffers;
using System.Globalization;

namespace McpMesh.Sidecar.Components;

/// <summary>
/// Durations as Go writes them (<c>1m30s</c>, <c>500ms</c>, <c>1.5h</c>); a bare number is milliseconds, as in Dapr's resources.
/// </summary>
internal static class GoDuration
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    private static readonly (string Unit, double Ticks)[] Units =
    [
        ("ns", 0.01), ("us", 10), ("µs", 10), ("ms", TimeSpan.TicksPerMillisecond), ("s", TimeSpan.TicksPerSecond),
        ("m", TimeSpan.TicksPerMinute), ("h", TimeSpan.TicksPerHour),
    ];

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds))
        {
            duration = TimeSpan.FromMilliseconds(milliseconds);
            return true;
        }

        var rest = text.AsSpan();
        var sign = rest.StartsWith("-") ? -1 : 1;
        if (sign < 0 || rest.StartsWith("+")) rest = rest[1..];
        if (rest.IsEmpty) return false;
        double ticks = 0;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(Digits);
            if (digits <= 0) return false;
            if (!double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
                return false;
            rest = rest[digits..];
            var letters = rest.IndexOfAny(Digits);
            var unit = letters < 0 ? rest : rest[..letters];
            if (!TryFind(unit, out var factor)) return false;
            ticks += number * factor;
            rest = rest[unit.Length..];
        }

        if (ticks > TimeSpan.MaxValue.Ticks / 2.0) return false;
        duration = TimeSpan.FromTicks(sign * (long)ticks);
        return true;
    }

    /// <summary>As Go writes it: <c>5s</c>, <c>1m30s</c>, <c>500ms</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration < TimeSpan.FromSeconds(1)) return $"{duration.TotalMilliseconds.ToString("0.######", CultureInfo.InvariantCulture)}ms";
        var seconds = (duration.TotalSeconds % 60).ToString("0.#######", CultureInfo.InvariantCulture) + "s";
        if (duration < TimeSpan.FromMinutes(1)) return seconds;
        var minutes = $"{(long)duration.TotalMinutes % 60}m{seconds}";
        return duration < TimeSpan.FromHours(1) ? minutes : $"{(long)duration.TotalHours}h{minutes}";
    }

    private static bool TryFind(ReadOnlySpan<char> unit, out double ticks)
    {
        foreach (var (name, factor) in Units)
        {
            if (!unit.SequenceEqual(name)) continue;
            ticks = factor;
            return true;
        }

        ticks = 0;
        return false;
    }
}
