using Dapr.Workflow;

namespace WorkflowApp;

/// <summary>Waits for a decision: for ever, or for so many milliseconds.</summary>
internal sealed class ApprovalWorkflow : Workflow<int, string>
{
    public override async Task<string> RunAsync(WorkflowContext context, int input)
    {
        context.SetCustomStatus("waiting");
        try
        {
            var by = input < 0
                ? await context.WaitForExternalEventAsync<string>("Approval")
                : await context.WaitForExternalEventAsync<string>("Approval", TimeSpan.FromMilliseconds(input));
            return $"approved by {by}";
        }
        catch (TaskCanceledException)
        {
            return "too late";
        }
    }
}
