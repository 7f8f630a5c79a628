using Dapr.Workflow;
using Microsoft.Extensions.Hosting;
using WorkflowApp;

// The application whose workflows the tests run. Its sidecar is where DAPR_GRPC_ENDPOINT says; the release of its code is --release.
var builder = Host.CreateApplicationBuilder(args);
var release = builder.Configuration["release"] ?? "1";
builder.Services.AddDaprWorkflow(options =>
{
    options.RegisterWorkflow<SequenceWorkflow>();
    options.RegisterWorkflow<FanOutWorkflow>();
    options.RegisterWorkflow<ParentWorkflow>();
    options.RegisterWorkflow<ApprovalWorkflow>();
    options.RegisterWorkflow<CounterWorkflow>();
    options.RegisterWorkflow<string, string>("Release", (context, _) => ReleaseWorkflow.RunAsync(context, release));
    options.RegisterWorkflow<string, string>("Step", (context, path) => context.CallActivityAsync<string>(nameof(GateActivity), path));
    options.RegisterWorkflow<int, string>("Timer", async (context, milliseconds) =>
    {
        var before = context.CurrentUtcDateTime;
        await context.CreateTimer(TimeSpan.FromMilliseconds(milliseconds));
        return context.CurrentUtcDateTime - before >= TimeSpan.FromMilliseconds(milliseconds) ? "in time" : "early";
    });
    options.RegisterWorkflow<string, string>("Retry", (context, path) => context.CallActivityAsync<string>(
        "Flaky", path, new WorkflowTaskOptions(new WorkflowRetryPolicy(3, TimeSpan.FromMilliseconds(100)))));
    options.RegisterActivity<int, int>("Double", (_, number) => Task.FromResult(number * 2));
    options.RegisterActivity<string, string>("Large", (_, size) => Task.FromResult(new string('x', int.Parse(size, null))));
    options.RegisterWorkflow<string, string>("Large", (context, size) => context.CallActivityAsync<string>("Large", size));
    options.RegisterActivity<string, string>("Flaky", async (_, path) =>
    {
        await File.AppendAllTextAsync(path, "x");
        var attempts = new FileInfo(path).Length;
        return attempts < 3 ? throw new InvalidOperationException($"attempt {attempts}") : $"attempt {attempts}";
    });
    options.RegisterActivity<GateActivity>();
});
await builder.Build().RunAsync();
