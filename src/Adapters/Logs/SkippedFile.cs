namespace McpMesh.Adapters.Logs;

/// <summary>A file that was not read.</summary>
internal sealed record SkippedFile(string File, string Reason);
