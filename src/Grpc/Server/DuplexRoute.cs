using Google.Protobuf;

namespace McpMesh.Grpc.Server;

internal sealed class DuplexRoute<TRequest, TResponse>(
    GrpcMethod<TRequest, TResponse> method,
    Func<IAsyncEnumerable<TRequest>, IGrpcStreamWriter<TResponse>, GrpcServerCall, CancellationToken, Task> handler) : Route
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    public override bool IsStreaming => true;

    public override async Task InvokeAsync(GrpcServerCall call, GrpcServerOptions options, CancellationToken cancellationToken)
    {
        var requests = new RequestStream<TRequest>(call.HttpContext, method.RequestParser, options, cancellationToken);
        await using var responses = new ResponseStream<TResponse>(call.HttpContext, options.MaxSendMessageSize, cancellationToken);
        try
        {
            await handler(requests.ReadAllAsync(cancellationToken), responses, call, cancellationToken);
        }
        finally
        {
            requests.Close();
        }
    }
}
