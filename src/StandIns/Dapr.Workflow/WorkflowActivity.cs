using Dapr.Workflow.Abstractions;

namespace Dapr.Workflow;

/// <summary>
/// One step with effects. It runs at least once for each call: after a crash before its result was recorded it runs again, under the same
/// <see cref="WorkflowActivityContext.TaskExecutionKey"/>.
/// </summary>
/// <typeparam name="TInput">Read from JSON.</typeparam>
/// <typeparam name="TOutput">Written as JSON.</typeparam>
public abstract class WorkflowActivity<TInput, TOutput> : IWorkflowActivity
{
    Type IWorkflowActivity.InputType => typeof(TInput);

    Type IWorkflowActivity.OutputType => typeof(TOutput);

    async Task<object?> IWorkflowActivity.RunAsync(WorkflowActivityContext context, object? input) =>
        await RunAsync(context, input is null ? default! : (TInput)input);

    /// <summary>Does the step; what it throws becomes a <see cref="WorkflowTaskFailedException"/> in the workflow.</summary>
    public abstract Task<TOutput> RunAsync(WorkflowActivityContext context, TInput input);
}
