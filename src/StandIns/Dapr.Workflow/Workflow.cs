namespace Dapr.Workflow;

/// <summary>
/// A workflow: code that the worker replays from its history, so it must do the same at every run. It reaches the outside only through its
/// <see cref="WorkflowContext"/> and awaits only tasks that come from there.
/// </summary>
/// <typeparam name="TInput">Read from JSON.</typeparam>
/// <typeparam name="TOutput">Written as JSON.</typeparam>
public abstract class Workflow<TInput, TOutput> : IWorkflow
{
    Type IWorkflow.InputType => typeof(TInput);

    Type IWorkflow.OutputType => typeof(TOutput);

    async Task<object?> IWorkflow.RunAsync(WorkflowContext context, object? input) =>
        await RunAsync(context, input is null ? default! : (TInput)input);

    /// <summary>Runs the workflow; what it returns is the output, what it throws fails the instance.</summary>
    public abstract Task<TOutput> RunAsync(WorkflowContext context, TInput input);
}
