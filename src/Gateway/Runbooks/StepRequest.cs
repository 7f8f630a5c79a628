using McpMesh.Audit;
using McpMesh.Configuration;

namespace McpMesh.Gateway.Runbooks;

/// <summary>A call that a run is about to make: input of <see cref="AuthorizeStepActivity"/>.</summary>
/// <param name="CallId">The call's id.</param>
/// <param name="Method">Mesh method.</param>
/// <param name="Arguments">JSON of the arguments.</param>
/// <param name="Intent">The run's own record.</param>
/// <param name="At">Now, in the run's history; UTC.</param>
/// <param name="Approve">What the step asks for beside the policy; null for nothing.</param>
internal sealed record StepRequest(
    string CallId, string Method, string Arguments, RunbookCaller Caller, string Delegation, DateTimeOffset DelegationEnds,
    string? TraceParent, AuditEvent Intent, DateTime At, RunbookApprovalConfiguration? Approve = null);
