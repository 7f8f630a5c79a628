using Dapr.Workflow.Abstractions;

namespace Dapr.Workflow;

/// <summary>Which call an activity serves.</summary>
public abstract class WorkflowActivityContext
{
    /// <summary>The activity's registered name.</summary>
    public abstract TaskIdentifier Identifier { get; }

    /// <summary>Equal for every delivery of one call: the key under which its effect can be made idempotent. Attempts of a retry policy
    /// are calls of their own.</summary>
    public abstract string TaskExecutionKey { get; }

    /// <summary>The workflow instance that called.</summary>
    public abstract string InstanceId { get; }
}
