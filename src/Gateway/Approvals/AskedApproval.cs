using McpMesh.Audit;

namespace McpMesh.Gateway.Approvals;

/// <summary>What is asked and by which call: input of <see cref="AskApprovalActivity"/>.</summary>
/// <param name="At">UTC, by the workflow's clock.</param>
internal sealed record AskedApproval(string CallId, ApprovalOrder Order, AuditEvent Intent, DateTime At);
