namespace McpMesh.Grpc.Server;

/// <summary>One method with its handler, without the types of its messages.</summary>
internal abstract class Route
{
    /// <summary>Such a call may last: it is ended when the server stops.</summary>
    public abstract bool IsStreaming { get; }

    /// <summary>Reads, calls the handler and writes; the status is the caller's.</summary>
    public abstract Task InvokeAsync(GrpcServerCall call, GrpcServerOptions options, CancellationToken cancellationToken);
}
