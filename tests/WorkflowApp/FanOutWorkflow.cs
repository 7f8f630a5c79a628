using Dapr.Workflow;

namespace WorkflowApp;

/// <summary>Many steps at once, a few at a time.</summary>
internal sealed class FanOutWorkflow : Workflow<int, int>
{
    public override async Task<int> RunAsync(WorkflowContext context, int input)
    {
        var doubled = await context.ProcessInParallelAsync(
            Enumerable.Range(1, input), number => context.CallActivityAsync<int>("Double", number), maxConcurrency: 7);
        return doubled.Sum();
    }
}
