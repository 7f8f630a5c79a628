using Dapr.Workflow;

namespace WorkflowApp;

/// <summary>One step after the other, with a status between them.</summary>
internal sealed class SequenceWorkflow : Workflow<int, int>
{
    public override async Task<int> RunAsync(WorkflowContext context, int input)
    {
        var once = await context.CallActivityAsync<int>("Double", input);
        context.SetCustomStatus(new { Once = once });
        return await context.CallActivityAsync<int>("Double", once);
    }
}
