namespace Dapr.Workflow.Worker.Replay;

/// <summary>The workflow broke a rule of replay: its instance fails, under the name of the rule.</summary>
internal sealed class TurnFaultException(string errorType, string message) : Exception(message)
{
    /// <summary>The code does other steps than the history has.</summary>
    public const string NonDeterminism = "NonDeterminism";

    /// <summary>The code waits for something that is no task of its context.</summary>
    public const string NonWorkflowAwait = "NonWorkflowAwait";

    public string ErrorType { get; } = errorType;
}
