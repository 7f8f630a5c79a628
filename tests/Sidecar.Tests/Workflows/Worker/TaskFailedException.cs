using Dapr.DurableTask.Protobuf;

namespace McpMesh.Sidecar.Tests.Workflows.Worker;

/// <summary>An activity or child workflow failed.</summary>
internal sealed class TaskFailedException(TaskFailureDetails? details) : Exception(details?.ErrorMessage)
{
    public TaskFailureDetails? Details { get; } = details;
}
