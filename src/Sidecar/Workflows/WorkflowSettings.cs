using Dapr.DurableTask.Protobuf;

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
}
