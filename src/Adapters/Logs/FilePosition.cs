namespace McpMesh.Adapters.Logs;

/// <summary>How far a file was read.</summary>
/// <param name="Fingerprint">The file.</param>
/// <param name="Before">Only lines before this offset are still to be read.</param>
internal readonly record struct FilePosition(FileFingerprint Fingerprint, long Before);
