using System.Globalization;

namespace McpMesh.Policy.Rules;

/// <summary>A daily time window in UTC, start included, end excluded; one that ends before it starts wraps midnight.</summary>
internal sealed record DailyWindow(TimeOnly Start, TimeOnly End)
{
    public bool Contains(DateTimeOffset time) => TimeOnly.FromDateTime(time.UtcDateTime).IsBetween(Start, End);

    /// <summary>Reads <c>HH:mm-HH:mm</c>; null when it is not that, or empty.</summary>
    public static DailyWindow? Parse(string text) =>
        text.Length == 11
        && text[5] == '-'
        && TimeOnly.TryParseExact(text.AsSpan(0, 5), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var start)
        && TimeOnly.TryParseExact(text.AsSpan(6), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var end)
        && start != end
            ? new DailyWindow(start, end)
            : null;
}
