using Dapr.Common.Serialization;

namespace Dapr.Workflow.Worker.Replay;

/// <summary>The workflow's code under way: from its start to its end, or to the wait at which the turn leaves it.</summary>
internal sealed class WorkflowRun(TurnThread turn, IDaprSerializer serializer)
{
    /// <summary>Whether the code returned or threw, on the thread of the turn.</summary>
    public bool Ended { get; private set; }

    /// <summary>Serialized, once the code returned.</summary>
    public string? Output { get; private set; }

    public Exception? Failure { get; private set; }

    /// <summary>Runs as far as the first wait, and from there on whenever a task of the context ends.</summary>
    public async Task StartAsync(IWorkflow workflow, WorkflowContext context, Func<object?> input)
    {
        string? output = null;
        Exception? failure = null;
        try
        {
            output = serializer.Serialize(await workflow.RunAsync(context, input()));
        }
        // Whatever the workflow throws is its outcome.
        catch (Exception error)
        {
            failure = error;
        }
        if (!turn.IsCurrent)
        {
            turn.Report("the end of the workflow");
            return;
        }
        (Output, Failure, Ended) = (output, failure, true);
    }
}
