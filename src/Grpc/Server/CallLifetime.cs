using McpMesh.Grpc.Framing;

namespace McpMesh.Grpc.Server;

/// <summary>What can end a call before its handler does: the client, the deadline, and for streams the end of the server.</summary>
internal sealed class CallLifetime : IDisposable
{
    private readonly CancellationToken _client;
    private readonly CancellationToken _stopping;
    private readonly CancellationTokenSource? _deadline;
    private readonly CancellationTokenSource? _any;

    public CallLifetime(TimeSpan? timeout, TimeProvider time, CancellationToken stopping, CancellationToken client)
    {
        _client = client;
        _stopping = stopping;
        if (timeout is { } limit && limit <= CallTimer.Longest) _deadline = new CancellationTokenSource(limit, time);
        if (_deadline is null && !stopping.CanBeCanceled) return;
        _any = CancellationTokenSource.CreateLinkedTokenSource(client, stopping, _deadline?.Token ?? CancellationToken.None);
    }

    public CancellationToken Token => _any?.Token ?? _client;

    /// <summary>The status of a call that was ended, or null while none of the three came.</summary>
    public GrpcException? Reason =>
        _client.IsCancellationRequested ? new GrpcException(GrpcStatusCode.Cancelled, "the client cancelled the call")
        : _deadline is { IsCancellationRequested: true } ? new GrpcException(GrpcStatusCode.DeadlineExceeded, "the deadline is over")
        : _stopping.IsCancellationRequested ? new GrpcException(GrpcStatusCode.Unavailable, "the server is stopping")
        : null;

    public void Dispose()
    {
        _any?.Dispose();
        _deadline?.Dispose();
    }
}
