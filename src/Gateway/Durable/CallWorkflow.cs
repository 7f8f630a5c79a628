using Dapr.Workflow;
using McpMesh.Gateway.Approvals;

namespace McpMesh.Gateway.Durable;

/// <summary>
/// A durable call: approved where that is needed, dispatched, then recorded, and its result kept until the workflow's retention time is
/// over. Whichever gateway runs a step, the next may run on another.
/// </summary>
internal sealed class CallWorkflow : Workflow<DurableCall, DurableResult>
{
    // What fails here is the mesh itself (its state store, its audit log), and comes back.
    internal static readonly WorkflowTaskOptions Persistent = new(new WorkflowRetryPolicy(
        maxNumberOfAttempts: 30, firstRetryInterval: TimeSpan.FromMilliseconds(500), backoffCoefficient: 2,
        maxRetryInterval: TimeSpan.FromSeconds(10)));

    public override async Task<DurableResult> RunAsync(WorkflowContext context, DurableCall input)
    {
        var result = input.Approval is { } order ? await ApprovalWait.RunAsync(context, input.Id, order, input.Intent) : null;
        result ??= await context.CallActivityAsync<DurableResult>(nameof(DispatchActivity), input, Persistent);
        await context.CallActivityAsync<bool>(nameof(RecordActivity), new EndedCall(input.Intent, result, context.CurrentUtcDateTime), Persistent);
        return result;
    }
}
