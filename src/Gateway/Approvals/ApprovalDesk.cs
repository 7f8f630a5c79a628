using Dapr;
using Dapr.Workflow;
using Grpc.Core;
using McpMesh.Audit;
using McpMesh.Gateway.Durable;
using McpMesh.Policy;

namespace McpMesh.Gateway.Approvals;

/// <summary>
/// Where approvals are looked at and decided: behind the API and behind the page. A decision is recorded, then written by ETag, then told to
/// the workflow; whoever dies in between leaves a record without an effect, or an effect that the workflow finds by itself.
/// </summary>
internal sealed partial class ApprovalDesk(
    ApprovalStore approvals, ApprovalRecords records, ApprovalBell bell, DaprWorkflowClient workflows, IPolicySource policies,
    SidecarPatience patience, TimeProvider time, ILogger<ApprovalDesk> log)
{
    public const int LongestWhy = 500;

    /// <summary>What the approver may decide and what it asked for, the newest first.</summary>
    public async Task<IReadOnlyList<Approval>> ListAsync(Approver approver, CancellationToken cancellationToken)
    {
        if (policies.Current is not { } policy) return [];
        var ids = new HashSet<string>(await approvals.OfSubjectAsync(approver.Subject, cancellationToken), StringComparer.Ordinal);
        foreach (var role in policy.RolesOf(approver.Groups)) ids.UnionWith(await approvals.OfRoleAsync(role, cancellationToken));
        var found = await Task.WhenAll(ids.Select(id => approvals.FindAsync(id, cancellationToken)));
        return [.. found.OfType<Approval>().Where(one => IsVisible(one, approver, policy)).OrderByDescending(one => one.CreatedAt)];
    }

    /// <summary>The approval, if it concerns the approver.</summary>
    public async Task<Approval?> FindAsync(Approver approver, string id, CancellationToken cancellationToken) =>
        policies.Current is { } policy && ApprovalId.IsOne(id) && await approvals.FindAsync(id, cancellationToken) is { } approval
        && IsVisible(approval, approver, policy)
            ? approval
            : null;

    /// <summary>Whether the approver could decide it now.</summary>
    public bool MayDecide(Approver approver, Approval approval) =>
        policies.Current is { } policy && policy.HasRole(approver.Groups, approval.Approvers) && approval.Subject != approver.Subject
        && approval.Status == ApprovalStatus.Pending && time.GetUtcNow() < approval.ExpiresAt;

    /// <summary>Decides. The same decision of the same person again changes nothing and is no error.</summary>
    public async Task<(Approval? Approval, ApprovalRefusal? Refusal)> DecideAsync(
        Approver approver, string id, bool approves, string? why, CancellationToken cancellationToken)
    {
        try
        {
            var approval = ApprovalId.IsOne(id) ? await approvals.FindAsync(id, cancellationToken) : null;
            var wanted = approves ? ApprovalStatus.Approved : ApprovalStatus.Refused;
            if (approval is not null && approval.Status == wanted && approval.DecidedBy == approver.Subject)
            {
                await bell.RingAsync(approval.CallId, cancellationToken);
                return (approval, null);
            }

            if (await CheckAsync(approver, approval, cancellationToken) is { } refusal)
            {
                await records.RefuseAsync(approver, id, approval, refusal.Reason);
                return (null, refusal);
            }

            return await WriteAsync(approver, approval!, wanted, why);
        }
        catch (AuditUnavailableException)
        {
            return (null, ApprovalRefusal.Unrecorded);
        }
        catch (Exception e) when (e is DaprException or RpcException or HttpRequestException)
        {
            Log.Unavailable(log, e);
            return (null, ApprovalRefusal.Unavailable);
        }
    }

    private async Task<ApprovalRefusal?> CheckAsync(Approver approver, Approval? approval, CancellationToken cancellationToken)
    {
        if (policies.Current is not { } policy) return ApprovalRefusal.NoPolicy;
        if (approval is null || !IsVisible(approval, approver, policy)) return ApprovalRefusal.Unknown;
        if (approval.Subject == approver.Subject) return ApprovalRefusal.FourEyes;
        if (approval.Status is ApprovalStatus.Approved or ApprovalStatus.Refused) return ApprovalRefusal.Decided(approval);
        if (approval.Status == ApprovalStatus.Expired || time.GetUtcNow() >= approval.ExpiresAt) return ApprovalRefusal.Expired;
        var call = await patience.RunAsync(
            () => workflows.GetWorkflowStateAsync(approval.CallId, false, cancellationToken), cancellationToken);
        return approval.Status != ApprovalStatus.Pending || !call.Exists || call.IsWorkflowCompleted ? ApprovalRefusal.Finished : null;
    }

    // Not the request's token: whoever hangs up in the middle has decided all the same.
    private async Task<(Approval? Approval, ApprovalRefusal? Refusal)> WriteAsync(
        Approver approver, Approval approval, ApprovalStatus wanted, string? why)
    {
        var intent = await records.IntendAsync(approver, approval, wanted == ApprovalStatus.Approved, why);
        var (now, isMine) = await approvals.SettleAsync(
            approval.Id,
            pending => time.GetUtcNow() >= pending.ExpiresAt
                ? null
                : pending with { Status = wanted, DecidedBy = approver.Subject, DecidedAt = time.GetUtcNow(), Why = why },
            CancellationToken.None);
        if (isMine)
        {
            await bell.RingAsync(approval.CallId, CancellationToken.None);
            await records.CompleteAsync(intent, counts: true, null);
            return (now, null);
        }

        var refusal = now switch
        {
            null => ApprovalRefusal.Unknown,
            { Status: ApprovalStatus.Approved or ApprovalStatus.Refused } => ApprovalRefusal.Decided(now),
            { Status: ApprovalStatus.Withdrawn } => ApprovalRefusal.Finished,
            _ => ApprovalRefusal.Expired,
        };
        await records.CompleteAsync(intent, counts: false, refusal.Reason);
        return (null, refusal);
    }

    private static bool IsVisible(Approval approval, Approver approver, PolicyEngine policy) =>
        approval.Subject == approver.Subject || policy.HasRole(approver.Groups, approval.Approvers);

    private static partial class Log
    {
        [LoggerMessage(2341, LogLevel.Error, "Approvals cannot be read or written")]
        public static partial void Unavailable(ILogger logger, Exception exception);
    }
}
