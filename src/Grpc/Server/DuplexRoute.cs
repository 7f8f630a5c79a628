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
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reader = RequestMessages.ReaderOf(call.HttpContext, method.RequestParser, options);
        await using var requests = new RequestStream<TRequest>(reader, ended);
        await using var responses = new ResponseStream<TResponse>(call, options.MaxSendMessageSize, ended.Token);
        try
        {
            await handler(requests.ReadAllAsync(CancellationToken.None), responses, call, ended.Token);
        }
        catch
        {
            await responses.AbandonAsync();
            throw;
        }
    }
}
