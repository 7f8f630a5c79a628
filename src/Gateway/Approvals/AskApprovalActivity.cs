using Dapr.Workflow;
using McpMesh.Audit;
using McpMesh.Gateway.Records;

namespace McpMesh.Gateway.Approvals;

/// <summary>Makes the approval and the record that it is asked for. It may run again: there is one approval and one record.</summary>
internal sealed class AskApprovalActivity(ApprovalStore approvals, IAuditPublisher audit) : WorkflowActivity<AskedApproval, bool>
{
    public override async Task<bool> RunAsync(WorkflowActivityContext context, AskedApproval input)
    {
        var at = new DateTimeOffset(input.At, TimeSpan.Zero);
        var (order, intent) = (input.Order, input.Intent);
        await audit.RecordAsync(
            intent with
            {
                Id = DerivedId.Of("request of " + order.Id),
                Time = at,
                CallId = order.Id,
                Operation = ApprovalRecords.Ask,
                Approval = order.Id,
                Reason = order.RuleReason,
            },
            CancellationToken.None);
        await approvals.AddAsync(
            new Approval
            {
                Id = order.Id,
                CallId = input.CallId,
                Subject = intent.Subject ?? "",
                Client = intent.ClientId ?? "",
                Method = intent.Method ?? "",
                Arguments = order.Arguments,
                ArgumentDigest = intent.ArgumentDigest,
                Rule = order.Rule,
                Reason = order.RuleReason,
                Approvers = order.Approvers,
                CreatedAt = at,
                ExpiresAt = at + order.ExpiresAfter,
            },
            CancellationToken.None);
        return true;
    }
}
