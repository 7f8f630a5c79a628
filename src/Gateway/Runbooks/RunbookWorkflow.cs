using Dapr.Workflow;
using McpMesh.Gateway.Approvals;
using McpMesh.Gateway.Durable;

namespace McpMesh.Gateway.Runbooks;

/// <summary>A run of a runbook: its steps, then its record. Whichever gateway runs a turn, the next may run on another.</summary>
internal sealed class RunbookWorkflow : Workflow<RunbookRun, DurableResult>
{
    public override async Task<DurableResult> RunAsync(WorkflowContext context, RunbookRun input)
    {
        var result = (input.Approval is { } order ? await ApprovalWait.RunAsync(context, input.Id, order, input.Intent) : null)
            ?? await RunStepsAsync(context, input);
        await context.CallActivityAsync<bool>(
            nameof(RecordActivity), new EndedCall(input.Intent, result, context.CurrentUtcDateTime), CallWorkflow.Persistent);
        return result;
    }

    private static async Task<DurableResult> RunStepsAsync(WorkflowContext context, RunbookRun input)
    {
        var steps = new RunbookSteps(context, input);
        var failed = await steps.RunAsync();
        return RunbookResult.Of(input, steps.Reports, steps.Scope, failed);
    }
}
