using McpMesh.Adapters.Mcp;

namespace McpMesh.Adapters.Logs;

/// <summary>Merges the files of a query, newest entry first, into bounded pages.</summary>
internal sealed class LogReader(LogFileSet files, CursorSeal seal, int maxBytes, TimeSpan maxTime)
{
    /// <summary>Reads a page.</summary>
    /// <param name="query">What to look for.</param>
    /// <param name="cursor">Cursor of the page before; null for the first.</param>
    /// <param name="subject">Whose query it is.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ToolInputException">The cursor or a pattern is not valid.</exception>
    public LogPage Read(LogQuery query, string? cursor, string subject, CancellationToken cancellationToken)
    {
        IReadOnlyList<FilePosition>? resume = null;
        if (cursor is not null && !seal.TryOpen(cursor, query, subject, out resume))
            throw new ToolInputException("cursor", "is not a cursor of this query; start again without it.");

        var listed = files.List(PatternsOf(query));
        var (sources, skipped) = LogSources.Open(listed, query, resume);
        try
        {
            var entries = new List<LogEntry>();
            var endedBy = Merge(sources, skipped, query, entries, cancellationToken);
            return new LogPage
            {
                Entries = entries,
                NextCursor = endedBy == "end"
                    ? null
                    : seal.Seal([.. sources.Select(source => new FilePosition(source.Fingerprint, source.Position))], query, subject),
                Files = listed.Count,
                InvalidLines = sources.Sum(source => source.InvalidLines),
                Skipped = skipped,
                EndedBy = endedBy,
            };
        }
        finally
        {
            foreach (var source in sources) source.Dispose();
        }
    }

    private string Merge(
        List<ILogSource> sources, List<SkippedFile> skipped, LogQuery query, List<LogEntry> entries, CancellationToken cancellationToken)
    {
        var budget = new ReadBudget(maxTime);
        var newest = new PriorityQueue<ILogSource, (long, int)>();
        foreach (var source in sources.ToArray())
        {
            if (!Advance(source)) return "time"; // what it still holds may be newer than anything found so far
        }
        var bytes = 0;
        while (newest.TryDequeue(out var source, out _))
        {
            var entry = source.Current!;
            bytes += 128 + entry.Message.Length;
            if (entries.Count == query.Limit) return "limit";
            if (bytes > maxBytes && entries.Count > 0) return "bytes";
            entries.Add(entry);
            if (!Advance(source)) return "time";
        }
        return "end";

        bool Advance(ILogSource source)
        {
            try
            {
                if (!source.TryAdvance(budget, cancellationToken)) return false;
            }
            catch (Exception error) when (error is IOException or InvalidDataException)
            {
                skipped.Add(new SkippedFile(source.File.RelativePath, "became unreadable"));
                sources.Remove(source);
                source.Dispose();
                return true;
            }
            // Equal times: the order of the files' names, so that pages do not depend on chance.
            if (source.Current is { } entry) newest.Enqueue(source, (-entry.Time.UtcTicks, sources.IndexOf(source)));
            return true;
        }
    }

    private static List<PathPattern> PatternsOf(LogQuery query)
    {
        var patterns = new List<PathPattern>(query.Files.Count);
        foreach (var text in query.Files)
        {
            if (!PathPattern.TryParse(text, out var pattern))
                throw new ToolInputException("files", "must be patterns below the log folder, like checkout/** or **/access.log*.");
            patterns.Add(pattern);
        }
        return patterns;
    }
}
