namespace McpMesh.Adapters.Logs;

/// <summary>One line that matches a query.</summary>
/// <param name="Time">When.</param>
/// <param name="Level">Name of its severity.</param>
/// <param name="Service">Who wrote it.</param>
/// <param name="Message">Its text, shortened to <see cref="MaxMessageLength"/> characters.</param>
/// <param name="File">File, relative to the root of its pattern.</param>
/// <param name="Offset">Offset of the line in the file (of the uncompressed bytes), in bytes.</param>
internal sealed record LogEntry(DateTimeOffset Time, string Level, string Service, string Message, string File, long Offset)
{
    /// <summary>Longest message.</summary>
    public const int MaxMessageLength = 8192;
}
