using Google.Protobuf;

namespace McpMesh.Grpc.Server;

internal sealed class ServerStreamingRoute<TRequest, TResponse>(
    GrpcMethod<TRequest, TResponse> method, Func<TRequest, IGrpcStreamWriter<TResponse>, GrpcServerCall, CancellationToken, Task> handler)
    : Route
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    public override bool IsStreaming => true;

    public override async Task InvokeAsync(GrpcServerCall call, GrpcServerOptions options, CancellationToken cancellationToken)
    {
        var requests = new RequestStream<TRequest>(call.HttpContext, method.RequestParser, options, cancellationToken);
        var request = await requests.ReadOnlyOneAsync();
        await using var responses = new ResponseStream<TResponse>(call.HttpContext, options.MaxSendMessageSize, cancellationToken);
        await handler(request, responses, call, cancellationToken);
    }
}
