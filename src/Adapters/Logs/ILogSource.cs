namespace McpMesh.Adapters.Logs;

/// <summary>The matching entries of one file, newest first.</summary>
internal interface ILogSource : IDisposable
{
    /// <summary>The file.</summary>
    LogFile File { get; }

    /// <summary>Names the content of the file across rotation and compression.</summary>
    FileFingerprint Fingerprint { get; }

    /// <summary>The entry the source stands on; null before the first and after the last.</summary>
    LogEntry? Current { get; }

    /// <summary>Where to go on later, so that <see cref="Current"/> is read again: only lines before this offset.</summary>
    long Position { get; }

    /// <summary>Lines that no format accepts.</summary>
    long InvalidLines { get; }

    /// <summary>
    /// Moves to the next older match. False when <paramref name="budget"/> ran out before it was clear whether there is one.
    /// </summary>
    bool TryAdvance(ReadBudget budget, CancellationToken cancellationToken);
}
