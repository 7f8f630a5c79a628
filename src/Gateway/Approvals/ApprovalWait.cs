using Dapr.Workflow;
using McpMesh.Audit;
using McpMesh.Gateway.Durable;
using McpMesh.Gateway.Errors;

namespace McpMesh.Gateway.Approvals;

/// <summary>
/// Asks for an approval and waits for its end, inside a workflow: it awaits nothing but tasks of the context. Whoever decides raises an
/// event; if that one is lost with its process, a timer looks all the same, rarer and rarer.
/// </summary>
internal static class ApprovalWait
{
    public const string Event = "approval";

    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RarestLook = TimeSpan.FromMinutes(10);

    /// <summary>Null when the call may be made, else how it ends.</summary>
    public static async Task<DurableResult?> RunAsync(WorkflowContext context, string callId, ApprovalOrder order, AuditEvent intent)
    {
        await context.CallActivityAsync<bool>(
            nameof(AskApprovalActivity), new AskedApproval(callId, order, intent, context.CurrentUtcDateTime), CallWorkflow.Persistent);
        var expiresAt = context.CurrentUtcDateTime + order.ExpiresAfter;
        var told = context.WaitForExternalEventAsync<string>(Event);
        for (var pause = FirstLook; ; pause = pause * 2 < RarestLook ? pause * 2 : RarestLook)
        {
            var left = expiresAt - context.CurrentUtcDateTime;
            // One that is left behind does no harm, and to cancel it would take the workflow off its thread.
            var timer = context.CreateTimer(left <= TimeSpan.Zero ? FirstLook : left < pause ? left : pause);
            if (await Task.WhenAny(told, timer) == told) told = context.WaitForExternalEventAsync<string>(Event);

            var end = await context.CallActivityAsync<ApprovalEnd>(
                nameof(SettleApprovalActivity), new ApprovalCheck(order.Id, intent, context.CurrentUtcDateTime), CallWorkflow.Persistent);
            switch (end.Status)
            {
                case ApprovalStatus.Pending: continue;
                case ApprovalStatus.Approved: return null;
                case ApprovalStatus.Withdrawn: return DurableResults.Of(GatewayErrors.Withdrawn);
                default: return DurableResults.Of(GatewayErrors.NotApproved(end.Reason));
            }
        }
    }
}
