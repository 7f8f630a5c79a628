namespace McpMesh.Gateway.Approvals;

/// <summary>An approval in a list.</summary>
internal sealed record ApprovalEntry(string Id, DateTimeOffset ExpiresAt);
