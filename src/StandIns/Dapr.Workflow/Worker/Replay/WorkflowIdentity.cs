namespace Dapr.Workflow.Worker.Replay;

/// <summary>Which run of which workflow a turn belongs to.</summary>
/// <param name="Name">The workflow's registered name.</param>
/// <param name="InstanceId">The instance.</param>
/// <param name="ExecutionId">The run of it.</param>
/// <param name="AppId">The application, where the history says so.</param>
internal sealed record WorkflowIdentity(string Name, string InstanceId, string? ExecutionId, string? AppId);
