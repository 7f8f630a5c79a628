namespace McpMesh.Gateway.Approvals;

/// <summary>The approvals that a role may decide, or that a person asked for; the newest last.</summary>
internal sealed record ApprovalEntries(ApprovalEntry[] Items);
