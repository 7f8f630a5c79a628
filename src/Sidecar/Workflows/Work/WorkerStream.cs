using System.Threading.Channels;
using McpMesh.DaprProtos;
using McpMesh.Grpc;
using McpMesh.Grpc.Server;

namespace McpMesh.Sidecar.Workflows.Work;

/// <summary>One GetWorkItems call. It has a bounded number of items in hand, and gets no more before it has answered some.</summary>
internal sealed class WorkerStream
{
    /// <summary>Turns, and as many activities: what the .NET worker runs at once.</summary>
    public const int MostOfAKind = 100;

    // A worker that does not read for so long gets nothing more: its items go to others.
    private static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(10);
    private readonly Channel<WorkItem> _outgoing = Channel.CreateUnbounded<WorkItem>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Items in hand; counted under the lock of the pool.</summary>
    public int Turns { get; set; }

    /// <inheritdoc cref="Turns"/>
    public int Activities { get; set; }

    public void Send(WorkItem item) => _outgoing.Writer.TryWrite(item);

    /// <summary>Ends with the call, or when the worker does not take its items.</summary>
    public async Task RunAsync(IGrpcStreamWriter<EncodedWorkItem> worker, CancellationToken cancellationToken)
    {
        await worker.OpenAsync(cancellationToken);
        await foreach (var item in _outgoing.Reader.ReadAllAsync(cancellationToken))
        {
            try
            {
                await worker.WriteAsync(item.Message, cancellationToken).WaitAsync(SendLimit, cancellationToken);
            }
            catch (TimeoutException)
            {
                throw new GrpcException(GrpcStatusCode.Unavailable, "timed out while sending work item");
            }
            catch (GrpcException error) when (error.Code == GrpcStatusCode.ResourceExhausted)
            {
                item.Fail(error); // The item is at fault, not the worker.
            }
        }
    }
}
