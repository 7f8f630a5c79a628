namespace McpMesh.Adapters.Logs;

/// <summary>What a format makes of a line.</summary>
/// <param name="Time">When, in UTC.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Service">Who wrote it; null when the line does not say.</param>
/// <param name="Message">The text; null when it was not asked for.</param>
internal readonly record struct ParsedLine(DateTimeOffset Time, Severity Severity, string? Service, string? Message);
