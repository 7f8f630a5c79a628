namespace McpMesh.PolicyDecision.Administration;

/// <summary>Answer of <c>GET /policy/version</c>.</summary>
/// <param name="Digest">Version in force; null when there is none.</param>
/// <param name="Since">When it came into force.</param>
/// <param name="LastError">Errors of the newest configuration, one a line; null when it is in force.</param>
internal sealed record PolicyVersionReport(string? Digest, DateTimeOffset? Since, string? LastError);
