namespace McpMesh.Audit;

/// <summary>A record could not be made durable.</summary>
public sealed class AuditUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
