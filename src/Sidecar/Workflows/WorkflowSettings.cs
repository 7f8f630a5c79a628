using Dapr.DurableTask.Protobuf;
using McpMesh.Sidecar.Components;
using McpMesh.Sidecar.Hosting;
using YamlDotNet.RepresentationModel;

namespace McpMesh.Sidecar.Workflows;

/// <summary>What the Configuration resource says under <c>spec.workflow</c>. Limits are for this sidecar, as in daprd.</summary>
internal sealed record WorkflowSettings
{
    public static readonly WorkflowSettings Default = new();

    /// <summary>maxConcurrentWorkflowInvocations.</summary>
    public int MostTurns { get; init; } = int.MaxValue;

    /// <summary>maxConcurrentActivityInvocations.</summary>
    public int MostActivities { get; init; } = int.MaxValue;

    /// <summary>stateRetentionPolicy.anyTerminal; null keeps for ever.</summary>
    public TimeSpan? KeepTerminal { get; init; }

    public TimeSpan? KeepCompleted { get; init; }

    public TimeSpan? KeepFailed { get; init; }

    public TimeSpan? KeepTerminated { get; init; }

    /// <exception cref="StartupException">A field is unknown, not served, or its value is wrong.</exception>
    public static WorkflowSettings Read(YamlResource resource, YamlMappingNode workflow)
    {
        resource.RefuseOthers(workflow, "spec.workflow",
            "maxConcurrentWorkflowInvocations", "maxConcurrentActivityInvocations", "stateRetentionPolicy");
        var settings = new WorkflowSettings
        {
            MostTurns = Limit(resource, workflow, "maxConcurrentWorkflowInvocations"),
            MostActivities = Limit(resource, workflow, "maxConcurrentActivityInvocations"),
        };
        if (resource.Mapping(workflow, "stateRetentionPolicy") is not { } policy) return settings;
        resource.RefuseOthers(
            policy, "spec.workflow.stateRetentionPolicy", "anyTerminal", "completed", "failed", "terminated");
        return settings with
        {
            KeepTerminal = resource.Duration(policy, "anyTerminal"),
            KeepCompleted = resource.Duration(policy, "completed"),
            KeepFailed = resource.Duration(policy, "failed"),
            KeepTerminated = resource.Duration(policy, "terminated"),
        };
    }

    /// <summary>How long an instance that ended so is kept, in milliseconds; null for ever.</summary>
    public long? RetentionOf(OrchestrationStatus status)
    {
        var kept = status switch
        {
            OrchestrationStatus.Completed => KeepCompleted,
            OrchestrationStatus.Failed => KeepFailed,
            OrchestrationStatus.Terminated => KeepTerminated,
            _ => null,
        } ?? KeepTerminal;
        return kept is { } time ? (long)time.TotalMilliseconds : null;
    }

    // 0 means no limit, as in daprd.
    private static int Limit(YamlResource resource, YamlMappingNode workflow, string field) =>
        resource.Number(workflow, field, 0) is { } limit and > 0 ? limit : int.MaxValue;
}
