using Dapr.Workflow;
using McpMesh.Gateway.Durable;

namespace McpMesh.Gateway.Runbooks;

/// <summary>A run of a runbook: its steps, then its record. Whichever gateway runs a turn, the next may run on another.</summary>
internal sealed class RunbookWorkflow : Workflow<RunbookRun, DurableResult>
{
    public override async Task<DurableResult> RunAsync(WorkflowContext context, RunbookRun input)
    {
        var steps = new RunbookSteps(context, input);
        var failed = await steps.RunAsync();
        var result = RunbookResult.Of(input, steps, failed);
        await context.CallActivityAsync<bool>(
            nameof(RecordActivity), new EndedCall(input.Intent, result, context.CurrentUtcDateTime), CallWorkflow.Persistent);
        return result;
    }
}
