using Dapr.Workflow;

namespace WorkflowTests.Replay;

/// <summary>A workflow whose service nobody registered.</summary>
internal sealed class NeedsService(HttpClient http) : Workflow<string, string>
{
    public override Task<string> RunAsync(WorkflowContext context, string input) => Task.FromResult(http.ToString()!);
}
