using Dapr.DurableTask.Protobuf;
using McpMesh.Grpc.Client;

namespace McpMesh.Sidecar.Tests.Workflows.Worker;

/// <summary>The client side of TaskHubSidecarService, with a limit that only a hang reaches.</summary>
internal sealed class WorkflowClient : IAsyncDisposable
{
    private static readonly GrpcCallOptions Patience = new() { Deadline = TimeSpan.FromSeconds(90) };
    private readonly GrpcChannel _channel;

    public WorkflowClient(int grpcPort) => _channel = new GrpcChannel(new Uri($"http://127.0.0.1:{grpcPort}"), new GrpcChannelOptions
    {
        MaxReceiveMessageSize = 64 << 20,
        MaxSendMessageSize = 64 << 20,
    });

    public GrpcChannel Channel => _channel;

    public async Task<string> StartAsync(string name, string? input = null, string id = "") =>
        (await _channel.CallAsync(
            TaskHub.StartInstance, new CreateInstanceRequest { InstanceId = id, Name = name, Input = input }, Patience)).InstanceId;

    public async Task<WorkflowState?> GetAsync(string id) =>
        (await _channel.CallAsync(TaskHub.GetInstance, Ask(id), Patience)).WorkflowState;

    public async Task<WorkflowState> CompletionAsync(string id) =>
        (await _channel.CallAsync(TaskHub.WaitForInstanceCompletion, Ask(id), Patience)).WorkflowState;

    public async Task<WorkflowState> RunAsync(string name, string? input = null, string id = "") =>
        await CompletionAsync(await StartAsync(name, input, id));

    /// <summary>Waits until the instance has a status that no call waits for.</summary>
    public async Task<WorkflowState> StatusAsync(string id, OrchestrationStatus status)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            if (await GetAsync(id) is { } state && state.WorkflowStatus == status) return state;
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    public Task RaiseAsync(string id, string name, string? input = null) => _channel.CallAsync(
        TaskHub.RaiseEvent, new RaiseEventRequest { InstanceId = id, Name = name, Input = input }, Patience);

    public Task TerminateAsync(string id, string? output = null, bool recursive = true) => _channel.CallAsync(
        TaskHub.TerminateInstance, new TerminateRequest { InstanceId = id, Output = output, Recursive = recursive }, Patience);

    public Task SuspendAsync(string id) => _channel.CallAsync(TaskHub.SuspendInstance, new SuspendRequest { InstanceId = id }, Patience);

    public Task ResumeAsync(string id) => _channel.CallAsync(TaskHub.ResumeInstance, new ResumeRequest { InstanceId = id }, Patience);

    public async Task<int> PurgeAsync(string id, bool recursive = true, bool force = false) => (await _channel.CallAsync(
        TaskHub.PurgeInstances, new PurgeInstancesRequest { InstanceId = id, Recursive = recursive, Force = force }, Patience))
        .DeletedInstanceCount;

    public async Task<IReadOnlyList<HistoryEvent>> HistoryAsync(string id) => (await _channel.CallAsync(
        TaskHub.GetInstanceHistory, new GetInstanceHistoryRequest { InstanceId = id }, Patience)).Events;

    public async Task<string> RerunAsync(RerunWorkflowFromEventRequest request) =>
        (await _channel.CallAsync(TaskHub.Rerun, request, Patience)).NewInstanceID;

    public Task<ListInstanceIDsResponse> ListAsync(ListInstanceIDsRequest request) =>
        _channel.CallAsync(TaskHub.ListInstanceIds, request, Patience);

    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    private static GetInstanceRequest Ask(string id) => new() { InstanceId = id, GetInputsAndOutputs = true };
}
