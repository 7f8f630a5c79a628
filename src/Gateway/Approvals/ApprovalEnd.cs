namespace McpMesh.Gateway.Approvals;

/// <summary>How an approval stands, for the workflow that waits for it.</summary>
/// <param name="Reason">Who, when and why; empty while it is pending.</param>
internal sealed record ApprovalEnd(ApprovalStatus Status, string Reason);
