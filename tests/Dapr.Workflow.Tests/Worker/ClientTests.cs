using Dapr.DurableTask.Protobuf;
using Dapr.Workflow;
using Dapr.Workflow.Client;
using Dapr.Workflow.Registration;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using McpMesh.Grpc;

namespace WorkflowTests.Worker;

/// <summary>The client's rules about refusals and waits.</summary>
public sealed class ClientTests : IAsyncLifetime
{
    private ScriptedSidecar _sidecar = null!;
    private DaprWorkflowClient _client = null!;

    public async Task InitializeAsync()
    {
        _sidecar = await ScriptedSidecar.StartAsync();
        _client = new DaprWorkflowClientBuilder(_sidecar.Configuration()).Build();
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _sidecar.DisposeAsync();
    }

    [Theory]
    [InlineData(GrpcStatusCode.Unavailable)]
    [InlineData(GrpcStatusCode.DeadlineExceeded)]
    public async Task A_wait_is_taken_up_again_while_the_sidecar_is_away(GrpcStatusCode status)
    {
        var refusals = 0;
        _sidecar.Refusal = path => path.StartsWith("WaitFor", StringComparison.Ordinal) && Interlocked.Increment(ref refusals) % 3 != 0
            ? new GrpcException(status, "later")
            : null;
        _sidecar.Instance = _ => Exists(OrchestrationStatus.Completed);

        Assert.True((await _client.WaitForWorkflowCompletionAsync("i")).IsWorkflowCompleted);
        Assert.True((await _client.WaitForWorkflowStartAsync("i")).Exists);
        Assert.Equal(6, refusals);
    }

    [Fact]
    public async Task A_wait_ends_with_its_token()
    {
        _sidecar.Refusal = _ => new GrpcException(GrpcStatusCode.Unavailable, "never");
        using var cancel = new CancellationTokenSource();
        var wait = _client.WaitForWorkflowCompletionAsync("i", cancellation: cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    [Fact]
    public async Task Another_refusal_reaches_the_caller_at_once_with_its_status()
    {
        _sidecar.Refusal = _ => new GrpcException(GrpcStatusCode.PermissionDenied, "not you");

        var refusal = await Assert.ThrowsAsync<RpcException>(() => _client.WaitForWorkflowCompletionAsync("i"));
        Assert.Equal((StatusCode.PermissionDenied, "not you"), (refusal.StatusCode, refusal.Status.Detail));
        Assert.Single(_sidecar.Calls);
        await Assert.ThrowsAsync<RpcException>(() => _client.GetWorkflowStateAsync("i"));
    }

    [Fact]
    public async Task Not_found_is_an_instance_that_does_not_exist()
    {
        _sidecar.Refusal = _ => new GrpcException(GrpcStatusCode.NotFound, "no such instance exists");

        Assert.False((await _client.GetWorkflowStateAsync("i")).Exists);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _client.WaitForWorkflowStartAsync("i"));
    }

    [Fact]
    public async Task A_wait_for_the_end_reads_the_payloads_only_then()
    {
        var asked = new List<bool>();
        _sidecar.Instance = request =>
        {
            asked.Add(request.GetInputsAndOutputs);
            return Exists(OrchestrationStatus.Failed);
        };

        var state = await _client.WaitForWorkflowCompletionAsync("i");
        Assert.Equal([false, true], asked);
        Assert.Equal(("X: y", "1"), ($"{state.FailureDetails}", state.ReadOutputAs<int>().ToString(null, null)));
        await _client.WaitForWorkflowCompletionAsync("i", getInputsAndOutputs: false);
        Assert.Equal([false, true, false], asked);
    }

    [Theory]
    [InlineData(OrchestrationStatus.Running, WorkflowRuntimeStatus.Running, false)]
    [InlineData(OrchestrationStatus.Completed, WorkflowRuntimeStatus.Completed, true)]
    [InlineData(OrchestrationStatus.ContinuedAsNew, WorkflowRuntimeStatus.ContinuedAsNew, false)]
    [InlineData(OrchestrationStatus.Failed, WorkflowRuntimeStatus.Failed, true)]
    [InlineData(OrchestrationStatus.Canceled, WorkflowRuntimeStatus.Canceled, false)]
    [InlineData(OrchestrationStatus.Terminated, WorkflowRuntimeStatus.Terminated, true)]
    [InlineData(OrchestrationStatus.Pending, WorkflowRuntimeStatus.Pending, false)]
    [InlineData(OrchestrationStatus.Suspended, WorkflowRuntimeStatus.Suspended, false)]
    [InlineData(OrchestrationStatus.Stalled, WorkflowRuntimeStatus.Stalled, false)]
    [InlineData((OrchestrationStatus)99, WorkflowRuntimeStatus.Unknown, false)]
    public async Task A_status_is_shown_by_its_name(OrchestrationStatus sent, WorkflowRuntimeStatus shown, bool completed)
    {
        _sidecar.Instance = _ => Exists(sent);
        var state = await _client.GetWorkflowStateAsync("i");

        Assert.Equal((shown, completed), (state.RuntimeStatus, state.IsWorkflowCompleted));
        Assert.Equal(sent == OrchestrationStatus.Running, state.IsWorkflowRunning);
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused_before_it_is_sent()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _client.ScheduleNewWorkflowAsync(""));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.RaiseEventAsync("i", ""));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _client.ListInstanceIdsAsync(pageSize: 0));
        await Assert.ThrowsAsync<ArgumentException>(
            () => _client.RerunWorkflowFromEventAsync("i", 0, new RerunWorkflowFromEventOptions { Input = 1 }));
        Assert.Empty(_sidecar.Calls);
    }

    private static GetInstanceResponse Exists(OrchestrationStatus status) => new()
    {
        Exists = true,
        WorkflowState = new()
        {
            Name = "flow",
            WorkflowStatus = status,
            CreatedTimestamp = new Timestamp(),
            Output = "1",
            FailureDetails = new() { ErrorType = "X", ErrorMessage = "y" },
        },
    };
}
