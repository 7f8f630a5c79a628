namespace McpMesh.Chaos;

/// <summary>What a record of the gateway says of a call.</summary>
/// <param name="Kind"><c>intent</c> or <c>outcome</c>.</param>
internal sealed record AuditRecord(string CallId, string Kind, string ArgumentDigest, string? Outcome);
