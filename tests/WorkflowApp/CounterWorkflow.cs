using Dapr.Workflow;

namespace WorkflowApp;

/// <summary>Counts events, each in a run of its own, up to five.</summary>
internal sealed class CounterWorkflow : Workflow<int, int>
{
    public override async Task<int> RunAsync(WorkflowContext context, int input)
    {
        var count = input + await context.WaitForExternalEventAsync<int>("add");
        if (count < 5) context.ContinueAsNew(count);
        return count;
    }
}
