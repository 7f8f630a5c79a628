namespace McpMesh.Adapters.Logs;

/// <summary>Tells the format of a file by its first lines.</summary>
internal static class LogFormats
{
    private const int LinesToLookAt = 16;

    private static readonly ILogFormat[] All = [new JsonLinesFormat(), new CombinedFormat(), new SyslogFormat()];

    /// <summary>The format that most of the first lines have; null when none has any.</summary>
    public static ILogFormat? Detect(ReadOnlySpan<byte> head, DateTimeOffset reference)
    {
        ILogFormat? best = null;
        var most = 0;
        foreach (var format in All)
        {
            var hits = 0;
            var seen = 0;
            foreach (var range in head.Split((byte)'\n'))
            {
                var line = head[range].TrimEnd((byte)'\r');
                if (line.IsEmpty) continue;
                if (format.TryParse(line, reference, withMessage: false, out _)) hits++;
                if (++seen == LinesToLookAt) break;
            }
            if (hits > most) (best, most) = (format, hits);
        }
        return best;
    }
}
