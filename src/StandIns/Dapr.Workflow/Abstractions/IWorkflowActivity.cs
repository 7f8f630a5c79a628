namespace Dapr.Workflow.Abstractions;

/// <summary>An activity as the worker runs it; write one as a <see cref="WorkflowActivity{TInput, TOutput}"/>.</summary>
public interface IWorkflowActivity
{
    /// <summary>What the input is read as.</summary>
    Type InputType { get; }

    /// <summary>What the activity returns.</summary>
    Type OutputType { get; }

    /// <summary>Does the step.</summary>
    Task<object?> RunAsync(WorkflowActivityContext context, object? input);
}
