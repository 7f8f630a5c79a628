using Dapr.Workflow;

namespace WorkflowApp;

/// <summary>Its code changed between two releases: behind a patch as it should, or, in release "broken", without one.</summary>
internal static class ReleaseWorkflow
{
    public static async Task<string> RunAsync(WorkflowContext context, string release)
    {
        var doubled = release switch
        {
            "1" => await context.CallActivityAsync<int>("Double", 1),
            "broken" => await context.CallChildWorkflowAsync<int>(nameof(SequenceWorkflow), 1),
            _ when context.IsPatched("sequence") => await context.CallChildWorkflowAsync<int>(nameof(SequenceWorkflow), 1),
            _ => await context.CallActivityAsync<int>("Double", 1),
        };
        await context.WaitForExternalEventAsync<string>("go");
        return $"{doubled}";
    }
}
