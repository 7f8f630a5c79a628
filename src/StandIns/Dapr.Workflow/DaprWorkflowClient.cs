using System.Diagnostics;
using Dapr.Common.Serialization;
using Dapr.DurableTask.Protobuf;
using Dapr.Workflow.Client;
using Dapr.Workflow.Worker;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Dapr.Workflow;

/// <inheritdoc cref="IDaprWorkflowClient"/>
public sealed class DaprWorkflowClient : IDaprWorkflowClient
{
    private readonly TaskHubClient _sidecar;
    private readonly IDaprSerializer _serializer;

    internal DaprWorkflowClient(TaskHubClient sidecar, IDaprSerializer serializer) => (_sidecar, _serializer) = (sidecar, serializer);

    /// <inheritdoc/>
    public Task<string> ScheduleNewWorkflowAsync(string name, string? instanceId = null, object? input = null) =>
        ScheduleNewWorkflowAsync(name, instanceId, input, startTime: (DateTimeOffset?)null);

    /// <inheritdoc/>
    public Task<string> ScheduleNewWorkflowAsync(string name, string? instanceId, object? input, DateTime? startTime) =>
        ScheduleNewWorkflowAsync(name, instanceId, input, startTime is { } time ? new DateTimeOffset(time) : null);

    /// <inheritdoc/>
    public async Task<string> ScheduleNewWorkflowAsync(
        string name, string? instanceId, object? input, DateTimeOffset? startTime, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var request = new CreateInstanceRequest
        {
            InstanceId = instanceId ?? Guid.NewGuid().ToString("N"),
            Name = name,
            Input = _serializer.Serialize(input),
            ScheduledStartTimestamp = startTime?.ToTimestamp(),
        };
        if (System.Diagnostics.Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } parent } activity)
            request.ParentTraceContext = new() { TraceParent = parent, TraceState = activity.TraceStateString };
        return (await _sidecar.CallAsync(TaskHub.StartInstance, request, cancellation)).InstanceId;
    }

    /// <inheritdoc/>
    public async Task<WorkflowState> GetWorkflowStateAsync(
        string instanceId, bool getInputsAndOutputs = true, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        try
        {
            return await GetAsync(instanceId, getInputsAndOutputs, cancellation);
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.NotFound)
        {
            return new WorkflowState(null, _serializer);
        }
    }

    /// <inheritdoc/>
    public async Task<WorkflowState> WaitForWorkflowStartAsync(
        string instanceId, bool getInputsAndOutputs = true, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var request = new GetInstanceRequest { InstanceId = instanceId, GetInputsAndOutputs = getInputsAndOutputs };
        var started = await _sidecar.WaitAsync(TaskHub.WaitForInstanceStart, request, cancellation);
        return Existing(StateReader.Read(started, _serializer), instanceId);
    }

    /// <inheritdoc/>
    public async Task<WorkflowState> WaitForWorkflowCompletionAsync(
        string instanceId, bool getInputsAndOutputs = true, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        // Without the payloads while waiting: only the state at the end has the ones that count.
        var ended = await _sidecar.WaitAsync(
            TaskHub.WaitForInstanceCompletion, new GetInstanceRequest { InstanceId = instanceId }, cancellation);
        var state = Existing(StateReader.Read(ended, _serializer), instanceId);
        return getInputsAndOutputs ? Existing(await GetWorkflowStateAsync(instanceId, true, cancellation), instanceId) : state;
    }

    /// <inheritdoc/>
    public Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        return _sidecar.CallAsync(
            TaskHub.RaiseEvent,
            new RaiseEventRequest { InstanceId = instanceId, Name = eventName, Input = _serializer.Serialize(eventPayload) },
            cancellation);
    }

    /// <inheritdoc/>
    public Task TerminateWorkflowAsync(string instanceId, object? output = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        return _sidecar.CallAsync(
            TaskHub.TerminateInstance,
            new TerminateRequest { InstanceId = instanceId, Output = _serializer.Serialize(output), Recursive = true },
            cancellation);
    }

    /// <inheritdoc/>
    public Task SuspendWorkflowAsync(string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        return _sidecar.CallAsync(
            TaskHub.SuspendInstance, new SuspendRequest { InstanceId = instanceId, Reason = reason ?? string.Empty }, cancellation);
    }

    /// <inheritdoc/>
    public Task ResumeWorkflowAsync(string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        return _sidecar.CallAsync(
            TaskHub.ResumeInstance, new ResumeRequest { InstanceId = instanceId, Reason = reason ?? string.Empty }, cancellation);
    }

    /// <inheritdoc/>
    public async Task<bool> PurgeInstanceAsync(string instanceId, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var request = new PurgeInstancesRequest { InstanceId = instanceId, Recursive = true };
        return (await _sidecar.CallAsync(TaskHub.PurgeInstances, request, cancellation)).DeletedInstanceCount > 0;
    }

    /// <inheritdoc/>
    public async Task<WorkflowInstancePage> ListInstanceIdsAsync(
        string? continuationToken = null, int? pageSize = null, CancellationToken cancellation = default)
    {
        var request = new ListInstanceIDsRequest();
        if (continuationToken is not null) request.ContinuationToken = continuationToken;
        if (pageSize is { } size)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size, nameof(pageSize));
            request.PageSize = (uint)size;
        }
        var page = await _sidecar.CallAsync(TaskHub.ListInstanceIDs, request, cancellation);
        return new WorkflowInstancePage([.. page.InstanceIds], page.HasContinuationToken ? page.ContinuationToken : null);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<WorkflowHistoryEvent>> GetInstanceHistoryAsync(
        string instanceId, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var history = await _sidecar.CallAsync(
            TaskHub.GetInstanceHistory, new GetInstanceHistoryRequest { InstanceId = instanceId }, cancellation);
        return [.. history.Events.Select(StateReader.Read)];
    }

    /// <inheritdoc/>
    public async Task<string> RerunWorkflowFromEventAsync(
        string sourceInstanceId, uint eventId, RerunWorkflowFromEventOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(sourceInstanceId);
        if (options is { Input: not null, OverwriteInput: false })
        {
            throw new ArgumentException(
                $"{nameof(options.OverwriteInput)} must be true where {nameof(options.Input)} is given.", nameof(options));
        }
        var request = new RerunWorkflowFromEventRequest { SourceInstanceID = sourceInstanceId, EventID = eventId };
        if (options?.NewInstanceId is { } newInstanceId) request.NewInstanceID = newInstanceId;
        if (options is { OverwriteInput: true }) (request.OverwriteInput, request.Input) = (true, _serializer.Serialize(options.Input));
        return (await _sidecar.CallAsync(TaskHub.RerunWorkflowFromEvent, request, cancellation)).NewInstanceID;
    }

    /// <summary>Closes the connection if it is the client's own.</summary>
    public void Dispose() => _sidecar.Dispose();

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<WorkflowState> GetAsync(string instanceId, bool payloads, CancellationToken cancellation) => StateReader.Read(
        await _sidecar.CallAsync(
            TaskHub.GetInstance, new GetInstanceRequest { InstanceId = instanceId, GetInputsAndOutputs = payloads }, cancellation),
        _serializer);

    private static WorkflowState Existing(WorkflowState state, string instanceId) => state.Exists
        ? state
        : throw new InvalidOperationException($"Workflow instance '{instanceId}' does not exist");
}
