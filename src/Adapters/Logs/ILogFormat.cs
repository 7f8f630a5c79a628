namespace McpMesh.Adapters.Logs;

/// <summary>One format of log lines.</summary>
internal interface ILogFormat
{
    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>Parses a line without its end.</summary>
    /// <param name="line">UTF-8.</param>
    /// <param name="reference">Last write of the file: infers what a format leaves out.</param>
    /// <param name="withMessage">Whether the message is wanted: without it parsing allocates next to nothing.</param>
    /// <param name="parsed">The result.</param>
    /// <returns>False when the line is not of this format.</returns>
    bool TryParse(ReadOnlySpan<byte> line, DateTimeOffset reference, bool withMessage, out ParsedLine parsed);
}
