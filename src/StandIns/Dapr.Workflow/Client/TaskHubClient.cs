using Dapr.DurableTask.Protobuf;
using Dapr.Workflow.Worker;
using Google.Protobuf;
using Grpc.Core;
using McpMesh.Grpc;

namespace Dapr.Workflow.Client;

/// <summary>Calls of the workflow client to the sidecar.</summary>
/// <param name="channel">The connection.</param>
/// <param name="ownsChannel">Whether it goes with the client.</param>
/// <param name="time">Measures the waits.</param>
internal sealed class TaskHubClient(SidecarChannel channel, bool ownsChannel, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(15);

    /// <exception cref="RpcException">The sidecar refused, or cannot be reached.</exception>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, TRequest request, CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        try
        {
            return await channel.Grpc.CallAsync(method, request, cancellationToken: cancellationToken);
        }
        catch (GrpcException error)
        {
            throw new RpcException(new Status((StatusCode)(int)error.Code, error.Detail), error);
        }
    }

    /// <summary>Waits for an instance, across the loss of a sidecar and the end of its patience.</summary>
    public async Task<GetInstanceResponse> WaitAsync(
        GrpcMethod<GetInstanceRequest, GetInstanceResponse> method, GetInstanceRequest request, CancellationToken cancellationToken)
    {
        for (var wait = FirstWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            try
            {
                return await CallAsync(method, request, cancellationToken);
            }
            catch (RpcException error) when (error.StatusCode == StatusCode.NotFound)
            {
                return new GetInstanceResponse();
            }
            catch (RpcException error) when (error.StatusCode is StatusCode.DeadlineExceeded or StatusCode.Unavailable)
            {
                await Task.Delay(wait, time, cancellationToken);
            }
        }
    }

    public void Dispose()
    {
        if (ownsChannel) channel.Dispose();
    }
}
