using McpMesh.Audit;
using McpMesh.Gateway.Records;

namespace McpMesh.Gateway.Approvals;

/// <summary>Records of what approvers do: an intent before a decision counts and its outcome, or one denial.</summary>
internal sealed class ApprovalRecords(IAuditPublisher audit, RecordIds ids, TimeProvider time)
{
    public const string Ask = "approvals/ask";
    public const string Decide = "approvals/decide";

    /// <exception cref="AuditUnavailableException">It could not be made durable.</exception>
    public async Task<AuditEvent> IntendAsync(Approver approver, Approval approval, bool approves, string? why)
    {
        var intent = Describe(approver, approval.Id, approval) with
        {
            Kind = AuditEventKind.Intent,
            CallId = ids.Next(),
            Reason = (approves ? "approve" : "refuse") + (why is null ? "" : ": " + why),
        };
        await audit.RecordAsync(intent, CancellationToken.None);
        return intent;
    }

    public ValueTask CompleteAsync(AuditEvent intent, bool counts, string? reason) => audit.RecordAsync(
        intent with
        {
            Id = ids.Next(),
            Kind = AuditEventKind.Outcome,
            Time = time.GetUtcNow(),
            Outcome = counts ? "success" : "failed",
            Reason = reason ?? intent.Reason,
        },
        CancellationToken.None);

    /// <exception cref="AuditUnavailableException">It could not be made durable.</exception>
    public ValueTask RefuseAsync(Approver approver, string id, Approval? approval, string reason) => audit.RecordAsync(
        Describe(approver, id, approval) with { Outcome = "denied", Reason = reason }, CancellationToken.None);

    private AuditEvent Describe(Approver approver, string id, Approval? approval) => new()
    {
        Id = ids.Next(),
        Kind = AuditEventKind.Denial,
        Time = time.GetUtcNow(),
        Emitter = "gateway",
        Transaction = approver.Transaction,
        Hop = Math.Max(1, approver.Actors.Length),
        Subject = approver.Subject,
        Actors = approver.Actors,
        ClientId = approver.ClientId,
        Audience = approver.Audience,
        AccessTokenId = approver.TokenId,
        Operation = Decide,
        Method = approval?.Method,
        ArgumentDigest = approval?.ArgumentDigest,
        // An id that is none is the caller's text, not ours.
        Approval = ApprovalId.IsOne(id) ? id : null,
    };
}
