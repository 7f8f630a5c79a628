using Dapr.Common.Serialization;
using Dapr.Workflow.Worker.Replay;
using Google.Protobuf.WellKnownTypes;

namespace Dapr.Workflow;

/// <summary>An instance as it was when it was asked for.</summary>
public sealed class WorkflowState
{
    private readonly DurableTask.Protobuf.WorkflowState? _state;
    private readonly IDaprSerializer _serializer;

    internal WorkflowState(DurableTask.Protobuf.WorkflowState? state, IDaprSerializer serializer) =>
        (_state, _serializer) = (state, serializer);

    /// <summary>The workflow's registered name; null where there is no instance.</summary>
    public string? WorkflowName => _state?.Name;

    /// <summary>Whether there is such an instance.</summary>
    public bool Exists => _state is not null;

    /// <summary>Started and not ended, suspended or stalled.</summary>
    public bool IsWorkflowRunning => RuntimeStatus == WorkflowRuntimeStatus.Running;

    /// <summary>Completed, failed or terminated.</summary>
    public bool IsWorkflowCompleted =>
        RuntimeStatus is WorkflowRuntimeStatus.Completed or WorkflowRuntimeStatus.Failed or WorkflowRuntimeStatus.Terminated;

    /// <summary>When it was accepted.</summary>
    public DateTimeOffset CreatedAt => Time(_state?.CreatedTimestamp);

    /// <summary>When something last happened to it.</summary>
    public DateTimeOffset LastUpdatedAt => Time(_state?.LastUpdatedTimestamp);

    /// <summary>Where it stands; <see cref="WorkflowRuntimeStatus.Unknown"/> where there is no instance.</summary>
    public WorkflowRuntimeStatus RuntimeStatus =>
        // The numbers are those of the protocol.
        _state is null || !System.Enum.IsDefined((WorkflowRuntimeStatus)(int)_state.WorkflowStatus)
            ? WorkflowRuntimeStatus.Unknown
            : (WorkflowRuntimeStatus)(int)_state.WorkflowStatus;

    /// <summary>Why it failed.</summary>
    public WorkflowTaskFailureDetails? FailureDetails => _state?.FailureDetails is { } details ? Failures.Read(details) : null;

    /// <summary>The input, where inputs and outputs were asked for.</summary>
    public T? ReadInputAs<T>() => _serializer.Deserialize<T>(_state?.Input);

    /// <summary>The output, where inputs and outputs were asked for.</summary>
    public T? ReadOutputAs<T>() => _serializer.Deserialize<T>(_state?.Output);

    /// <summary>The custom status, where inputs and outputs were asked for.</summary>
    public T? ReadCustomStatusAs<T>() => _serializer.Deserialize<T>(_state?.CustomStatus);

    private static DateTimeOffset Time(Timestamp? timestamp) => timestamp?.ToDateTimeOffset() ?? default;
}
