using Google.Protobuf;
using McpMesh.Grpc.Framing;

namespace McpMesh.Grpc.Server;

internal sealed class UnaryRoute<TRequest, TResponse>(
    GrpcMethod<TRequest, TResponse> method, Func<TRequest, GrpcServerCall, CancellationToken, Task<TResponse>> handler) : Route
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    public override bool IsStreaming => false;

    public override async Task InvokeAsync(GrpcServerCall call, GrpcServerOptions options, CancellationToken cancellationToken)
    {
        var request = await RequestMessages.ReadOnlyOneAsync(call.HttpContext, method.RequestParser, options, cancellationToken);
        var response = await handler(request, call, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        // Not flushed: message and trailers leave together when the request ends.
        var size = MessageFrame.SizeWithin(response, options.MaxSendMessageSize);
        call.HasMessages = true;
        MessageFrame.Write(response, size, call.HttpContext.Response.BodyWriter);
    }
}
