using Dapr.Workflow;
using McpMesh.Audit;
using McpMesh.Gateway.Records;

namespace McpMesh.Gateway.Approvals;

/// <summary>
/// Looks how an approval stands, lets it expire when its time is over, and records its end. What counts is the record in state: an event
/// only says that looking is worthwhile, so one that is lost costs time and nothing else.
/// </summary>
internal sealed class SettleApprovalActivity(ApprovalStore approvals, IAuditPublisher audit) : WorkflowActivity<ApprovalCheck, ApprovalEnd>
{
    public override async Task<ApprovalEnd> RunAsync(WorkflowActivityContext context, ApprovalCheck input)
    {
        var now = new DateTimeOffset(input.Now, TimeSpan.Zero);
        var (approval, _) = await approvals.SettleAsync(
            input.Id,
            pending => now < pending.ExpiresAt ? null : pending with { Status = ApprovalStatus.Expired, DecidedAt = now },
            CancellationToken.None);
        var end = approval is null
            ? new ApprovalEnd(ApprovalStatus.Expired, "The approval is not kept any more.")
            : new ApprovalEnd(approval.Status, ApprovalWords.Of(approval));
        if (end.Status == ApprovalStatus.Pending) return end;
        await audit.RecordAsync(
            input.Intent with
            {
                Id = DerivedId.Of("end of " + input.Id),
                Kind = AuditEventKind.Outcome,
                Time = now,
                CallId = input.Id,
                Operation = ApprovalRecords.Ask,
                Approval = input.Id,
                Outcome = end.Status switch
                {
                    ApprovalStatus.Approved => "success",
                    ApprovalStatus.Withdrawn => "cancelled",
                    _ => "denied",
                },
                Reason = end.Reason,
            },
            CancellationToken.None);
        return end;
    }
}
