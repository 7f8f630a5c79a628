namespace McpMesh.Adapters.Logs;

/// <summary>A raised level.</summary>
/// <param name="Level">Name of the level that the service should log at.</param>
/// <param name="Until">When it falls back; services must not heed it after.</param>
/// <param name="SetBy">Subject who raised it.</param>
/// <param name="Transaction"><c>txn</c> of the call.</param>
/// <param name="SetAt">When it was decided: of two levels of a service the later one counts, in whatever order they are stored.</param>
internal sealed record DebugLevel(string Level, DateTimeOffset Until, string SetBy, string Transaction, DateTimeOffset SetAt = default);
