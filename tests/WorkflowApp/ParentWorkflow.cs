using Dapr.Workflow;

namespace WorkflowApp;

/// <summary>Two children, of which one is unknown.</summary>
internal sealed class ParentWorkflow : Workflow<int, string>
{
    public override async Task<string> RunAsync(WorkflowContext context, int input)
    {
        var child = await context.CallChildWorkflowAsync<int>(
            nameof(SequenceWorkflow), input, new ChildWorkflowTaskOptions($"{context.InstanceId}-child"));
        try
        {
            await context.CallChildWorkflowAsync("Unknown");
            return "the unknown ended well";
        }
        catch (WorkflowTaskFailedException failure)
        {
            return $"{child} {failure.FailureDetails.ErrorType}";
        }
    }
}
