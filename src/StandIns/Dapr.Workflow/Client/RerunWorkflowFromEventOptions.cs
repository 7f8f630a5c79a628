namespace Dapr.Workflow.Client;

/// <summary>How a run is made from the history of another.</summary>
public sealed class RerunWorkflowFromEventOptions
{
    /// <summary>Null is a generated id.</summary>
    public string? NewInstanceId { get; set; }

    /// <summary>The input of the step at which the new run begins; only with <see cref="OverwriteInput"/>.</summary>
    public object? Input { get; set; }

    /// <summary>Whether <see cref="Input"/> takes the place of the recorded one.</summary>
    public bool OverwriteInput { get; set; }
}
