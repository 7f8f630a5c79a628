using Dapr.Workflow;

namespace WorkflowApp;

/// <summary>Says under which key it runs, and ends when the gate is open.</summary>
internal sealed class GateActivity : WorkflowActivity<string, string>
{
    public override async Task<string> RunAsync(WorkflowActivityContext context, string input)
    {
        await File.AppendAllTextAsync($"{input}.keys", $"{context.TaskExecutionKey}\n");
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!File.Exists($"{input}.open")) await timer.WaitForNextTickAsync();
        return context.TaskExecutionKey;
    }
}
