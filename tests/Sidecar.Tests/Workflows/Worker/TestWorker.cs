using System.Collections.Concurrent;
using Dapr.DurableTask.Protobuf;
using McpMesh.Grpc;
using McpMesh.Grpc.Client;

namespace McpMesh.Sidecar.Tests.Workflows.Worker;

/// <summary>A worker of its own connection. Its code is given before <see cref="StartAsync"/>.</summary>
internal sealed class TestWorker : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, WorkflowCode> _workflows = new();
    private readonly ConcurrentDictionary<string, Func<ActivityRequest, Task<string?>>> _activities = new();
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _reading = Task.CompletedTask;

    public TestWorker(int grpcPort) => Channel = new GrpcChannel(new Uri($"http://127.0.0.1:{grpcPort}"), new GrpcChannelOptions
    {
        MaxReceiveMessageSize = 64 << 20,
        MaxSendMessageSize = 64 << 20,
    });

    public GrpcChannel Channel { get; }

    /// <summary>Statuses with which answers were refused.</summary>
    public ConcurrentQueue<GrpcException> Refused { get; } = new();

    /// <summary>Every turn, as it came.</summary>
    public ConcurrentQueue<WorkflowRequest> Turns { get; } = new();

    /// <summary>Looks at an item before it is worked on; may hold it.</summary>
    public Func<WorkItem, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>Changes a turn's answer before it is sent.</summary>
    public Action<WorkflowRequest, WorkflowResponse> Change { get; set; } = (_, _) => { };

    public TestWorker Workflow(string name, WorkflowCode code)
    {
        _workflows[name] = code;
        return this;
    }

    public TestWorker Activity(string name, Func<ActivityRequest, Task<string?>> code)
    {
        _activities[name] = code;
        return this;
    }

    public TestWorker Activity(string name, Func<string?, string?> code) => Activity(name, request => Task.FromResult(code(request.Input)));

    /// <summary>Connects; the sidecar knows of it when this ends.</summary>
    public async Task<TestWorker> StartAsync()
    {
        _reading = ReadAsync();
        await _connected.Task.WaitAsync(TimeSpan.FromSeconds(60));
        return this;
    }

    /// <summary>Breaks the stream, as a worker does that dies.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _reading;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Channel.DisposeAsync();
        _stop.Dispose();
    }

    public async Task CompleteAsync(WorkItem item)
    {
        try
        {
            if (item.WorkflowRequest is { } turn)
            {
                var response = Replay(turn);
                response.CompletionToken = item.CompletionToken;
                Change(turn, response);
                await Channel.CallAsync(TaskHub.CompleteOrchestratorTask, response);
                return;
            }

            await Channel.CallAsync(TaskHub.CompleteActivityTask, await RunAsync(item.ActivityRequest, item.CompletionToken));
        }
        catch (GrpcException refused)
        {
            Refused.Enqueue(refused);
        }
    }

    // A fault of the worker ends its instance with the reason; without an answer the test would wait and never hear why.
    private WorkflowResponse Replay(WorkflowRequest turn)
    {
        try
        {
            return WorkflowRun.Replay(turn, name => _workflows.GetValueOrDefault(name));
        }
        catch (Exception fault)
        {
            return WorkflowRun.Failed(turn.InstanceId, fault);
        }
    }

    private async Task<ActivityResponse> RunAsync(ActivityRequest request, string token)
    {
        var response = new ActivityResponse
        {
            InstanceId = request.WorkflowInstance.InstanceId,
            TaskId = request.TaskId,
            CompletionToken = token,
        };
        try
        {
            response.Result = await _activities[request.Name](request);
        }
        catch (Exception error) when (error is not GrpcException)
        {
            response.FailureDetails = new TaskFailureDetails { ErrorType = error.GetType().Name, ErrorMessage = error.Message };
        }

        return response;
    }

    private async Task ReadAsync()
    {
        try
        {
            // Opened as a duplex call, it tells when the sidecar has taken the worker in.
            await using var call = Channel.OpenDuplex(TaskHub.GetWorkItems, cancellationToken: _stop.Token);
            await call.WriteAsync(new GetWorkItemsRequest());
            await call.CompleteAsync();
            await call.Opened;
            _connected.TrySetResult();
            await foreach (var item in call.ReadAllAsync(_stop.Token))
            {
                if (item.WorkflowRequest is { } turn) Turns.Enqueue(turn);
                _ = Task.Run(async () =>
                {
                    await Before(item);
                    await CompleteAsync(item);
                });
            }
        }
        catch (Exception error) when (error is GrpcException or OperationCanceledException)
        {
            // The sidecar is gone, or the test stops the worker.
            _connected.TrySetException(error);
        }
    }
}
