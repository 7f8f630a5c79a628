namespace Dapr.Workflow;

/// <summary>What a workflow may ask that is the same in every replay.</summary>
public interface IWorkflowContext
{
    /// <summary>Whether what runs now ran before, in an earlier turn.</summary>
    bool IsReplaying { get; }

    /// <summary>The time of the turn in UTC: the same in every replay.</summary>
    DateTime CurrentUtcDateTime { get; }

    /// <summary>Whether this run takes the changed path named <paramref name="patchName"/>: instances that passed here before the
    /// change keep the old path.</summary>
    bool IsPatched(string patchName);
}
