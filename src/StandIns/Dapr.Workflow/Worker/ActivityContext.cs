using Dapr.Workflow.Abstractions;

namespace Dapr.Workflow.Worker;

/// <summary>The call that one activity item carries.</summary>
internal sealed class ActivityContext(TaskIdentifier identifier, string instanceId, string taskExecutionKey) : WorkflowActivityContext
{
    public override TaskIdentifier Identifier { get; } = identifier;

    public override string InstanceId { get; } = instanceId;

    public override string TaskExecutionKey { get; } = taskExecutionKey;
}
