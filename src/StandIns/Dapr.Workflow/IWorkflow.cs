namespace Dapr.Workflow;

/// <summary>A workflow as the worker runs it; write one as a <see cref="Workflow{TInput, TOutput}"/>.</summary>
public interface IWorkflow
{
    /// <summary>What the input is read as.</summary>
    Type InputType { get; }

    /// <summary>What the workflow returns.</summary>
    Type OutputType { get; }

    /// <summary>Runs the workflow from its start. Called again for every turn, with the recorded results of what it did before.</summary>
    Task<object?> RunAsync(WorkflowContext context, object? input);
}
