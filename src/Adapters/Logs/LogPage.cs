namespace McpMesh.Adapters.Logs;

/// <summary>One page of an answer, newest first.</summary>
internal sealed record LogPage
{
    /// <summary>The entries.</summary>
    public required IReadOnlyList<LogEntry> Entries { get; init; }

    /// <summary>Cursor of the next page; null when everything was read.</summary>
    public string? NextCursor { get; init; }

    /// <summary>Files that were looked at.</summary>
    public required int Files { get; init; }

    /// <summary>Lines that no format accepts.</summary>
    public required long InvalidLines { get; init; }

    /// <summary>Files that could not be read, each with the reason.</summary>
    public required IReadOnlyList<SkippedFile> Skipped { get; init; }

    /// <summary>What ended the page: <c>end</c>, <c>limit</c>, <c>bytes</c> or <c>time</c>.</summary>
    public required string EndedBy { get; init; }
}
