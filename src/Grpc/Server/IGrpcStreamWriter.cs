using Google.Protobuf;

namespace McpMesh.Grpc.Server;

/// <summary>The responses of a streaming call. Any thread may write, also beside others: messages go out one at a time.</summary>
public interface IGrpcStreamWriter<in T>
    where T : class, IMessage
{
    /// <summary>Ends when the connection has taken the message: a client that does not read makes the writer wait.</summary>
    /// <exception cref="GrpcException">Cancelled: the call has ended; ResourceExhausted: the message is larger than the limit.</exception>
    Task WriteAsync(T message, CancellationToken cancellationToken = default);

    /// <summary>Sends the response headers now, so that the client knows the stream is open before there is a message.</summary>
    Task OpenAsync(CancellationToken cancellationToken = default);
}
