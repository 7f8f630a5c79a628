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
        var request = await RequestMessages.ReadOnlyOneAsync(call.HttpContext, method.RequestParser, options, cancellationToken);
        await using var responses = new ResponseStream<TResponse>(call, options.MaxSendMessageSize, cancellationToken);
        try
        {
            await handler(request, responses, call, cancellationToken);
        }
        catch
        {
            await responses.AbandonAsync();
            throw;
        }
    }
}
