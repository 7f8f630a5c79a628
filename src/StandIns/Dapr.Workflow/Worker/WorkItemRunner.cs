using Dapr.DurableTask.Protobuf;
using McpMesh.Grpc;
using McpMesh.Grpc.Client;
using Microsoft.Extensions.Logging;

namespace Dapr.Workflow.Worker;

/// <summary>Runs received work items side by side and brings their results back.</summary>
internal sealed class WorkItemRunner(
    SidecarChannel channel, WorkflowItemHandler workflows, ActivityItemHandler activities, TimeProvider time, ILogger<WorkItemRunner> log)
{
    private const string TooLarge = "PayloadTooLarge";
    private static readonly TimeSpan LongTurn = TimeSpan.FromSeconds(30);
    private static readonly GrpcCallOptions Limit = new() { Deadline = TimeSpan.FromMinutes(1) };

    /// <summary>Called when a result could not be brought back although it may be good: the sidecar waits for it as long as the stream is
    /// there.</summary>
    public Action Reset { get; set; } = () => { };

    public async Task RunAsync(ReceivedItem received, ItemsInFlight items)
    {
        var (item, lost) = received;
        switch (item.RequestCase)
        {
            case WorkItem.RequestOneofCase.WorkflowRequest:
                await WithinAsync(items.Workflows, () => RunAsync(item.WorkflowRequest, item.CompletionToken, lost));
                break;
            case WorkItem.RequestOneofCase.ActivityRequest:
                await WithinAsync(items.Activities, () => RunAsync(item.ActivityRequest, item.CompletionToken));
                break;
            default:
                log.UnknownItem();
                break;
        }
    }

    private async Task RunAsync(WorkflowRequest request, string token, CancellationToken lost)
    {
        if (lost.IsCancellationRequested) return;
        var past = await HistoryAsync(request, lost);
        if (past is null) return;
        var response = await TurnAsync(request, past);
        response.CompletionToken = token;
        // A sidecar that gave the turn out again may have more events for it: this answer would swallow them.
        if (lost.IsCancellationRequested) return;
        var refusal = await SendAsync(TaskHub.CompleteOrchestratorTask, response, "workflow", request.InstanceId, request.InstanceId);
        if (refusal is null) return;
        await SendAsync(
            TaskHub.CompleteOrchestratorTask,
            new WorkflowResponse
            {
                InstanceId = request.InstanceId,
                CompletionToken = token,
                Actions =
                {
                    new WorkflowAction
                    {
                        CompleteWorkflow = new()
                        {
                            WorkflowStatus = OrchestrationStatus.Failed,
                            FailureDetails = Replay.Failures.Named(TooLarge, refusal),
                        },
                    },
                },
            },
            "workflow", request.InstanceId, request.InstanceId);
    }

    /// <summary>A turn computes and is over; one that is not waits on its thread for what only a later turn could bring.</summary>
    private async Task<WorkflowResponse> TurnAsync(WorkflowRequest request, IReadOnlyList<HistoryEvent> past)
    {
        await using var watch = time.CreateTimer(
            _ => log.LongTurn(request.InstanceId, LongTurn), null, LongTurn, Timeout.InfiniteTimeSpan);
        return await workflows.HandleAsync(request, past);
    }

    private async Task RunAsync(ActivityRequest request, string token)
    {
        var response = await activities.HandleAsync(request);
        response.CompletionToken = token;
        var refusal = await SendAsync(TaskHub.CompleteActivityTask, response, "activity", request.Name, response.InstanceId);
        if (refusal is null) return;
        await SendAsync(
            TaskHub.CompleteActivityTask,
            new ActivityResponse
            {
                InstanceId = response.InstanceId,
                TaskId = response.TaskId,
                CompletionToken = token,
                FailureDetails = Replay.Failures.Named(TooLarge, refusal),
            },
            "activity", request.Name, response.InstanceId);
    }

    /// <returns>The history, or null when it cannot be had now.</returns>
    private async Task<IReadOnlyList<HistoryEvent>?> HistoryAsync(WorkflowRequest request, CancellationToken lost)
    {
        if (!request.RequiresHistoryStreaming) return request.PastEvents;
        try
        {
            var history = await channel.Grpc.CallAsync(
                TaskHub.GetInstanceHistory, new GetInstanceHistoryRequest { InstanceId = request.InstanceId }, Limit, lost);
            return [.. request.PastEvents, .. history.Events];
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (GrpcException error)
        {
            log.ResultRefused("workflow", request.InstanceId, request.InstanceId, $"its history could not be read: {error.Message}");
            Reset();
            return null;
        }
    }

    /// <returns>Why the message itself was refused; null when it was taken or when another would fare no better.</returns>
    private async Task<string?> SendAsync<TResponse>(
        GrpcMethod<TResponse, CompleteTaskResponse> method, TResponse response, string kind, string name, string instanceId)
        where TResponse : class, Google.Protobuf.IMessage<TResponse>
    {
        try
        {
            await channel.Grpc.CallAsync(method, response, Limit);
            return null;
        }
        catch (GrpcException error)
        {
            log.ResultRefused(kind, name, instanceId, error.Message);
            switch (error.Code)
            {
                case GrpcStatusCode.ResourceExhausted:
                    return $"the result of {response.CalculateSize()} bytes is too large: {error.Detail}";
                case GrpcStatusCode.Unavailable or GrpcStatusCode.DeadlineExceeded or GrpcStatusCode.Internal:
                    Reset();
                    return null;
                default:
                    // The sidecar does not wait for it any more.
                    return null;
            }
        }
    }

    private static async Task WithinAsync(SemaphoreSlim limit, Func<Task> run)
    {
        await limit.WaitAsync();
        try
        {
            await run();
        }
        finally
        {
            limit.Release();
        }
    }
}
