using System.Globalization;

namespace McpMesh.Sidecar.Resiliency;

/// <summary>Status codes worth another attempt: <c>429,500-599</c>.</summary>
internal sealed class StatusCodeRanges
{
    private readonly (int First, int Last)[] _ranges;

    private StatusCodeRanges((int First, int Last)[] ranges) => _ranges = ranges;

    public bool Contains(int code) => Array.Exists(_ranges, range => code >= range.First && code <= range.Last);

    /// <param name="problem">What is wrong with <paramref name="text"/>.</param>
    public static bool TryParse(string text, int least, int most, out StatusCodeRanges? ranges, out string problem)
    {
        ranges = null;
        problem = "";
        var read = new List<(int, int)>();
        foreach (var pattern in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var ends = pattern.Split('-');
            if (ends.Length > 2 || !TryCode(ends[0], out var first) || !TryCode(ends[^1], out var last))
            {
                problem = $"'{pattern}' is neither a code nor a range such as 500-599";
                return false;
            }

            if (first < least || last > most || last < first)
            {
                problem = $"'{pattern}' is not a range within {least}-{most}";
                return false;
            }

            read.Add((first, last));
        }

        if (read.Count > 0) ranges = new StatusCodeRanges([.. read]);
        return true;
    }

    private static bool TryCode(string text, out int code) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out code);
}
