using McpMesh.Audit;

namespace McpMesh.Gateway.Approvals;

/// <summary>Input of <see cref="SettleApprovalActivity"/>.</summary>
/// <param name="Now">UTC, by the workflow's clock.</param>
internal sealed record ApprovalCheck(string Id, AuditEvent Intent, DateTime Now);
