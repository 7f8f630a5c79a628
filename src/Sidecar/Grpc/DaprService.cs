using Google.Protobuf;
using McpMesh.Grpc;
using McpMesh.Grpc.Server;
using McpMesh.Sidecar.Components;
using McpMesh.Sidecar.Http;

namespace McpMesh.Sidecar.Grpc;

/// <summary>
/// Registers methods of <c>dapr.proto.runtime.v1.Dapr</c>. Errors of the building blocks, which are made for HTTP, become the statuses that
/// daprd gives.
/// </summary>
internal sealed class DaprService(GrpcRoutes routes, ComponentUses uses)
{
    public const string Name = "dapr.proto.runtime.v1.Dapr";

    /// <param name="names">The method and its older names.</param>
    public void Unary<TRequest, TResponse>(
        IEnumerable<string> names, MessageParser<TRequest> request, MessageParser<TResponse> response,
        Func<TRequest, GrpcServerCall, CancellationToken, Task<TResponse>> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        foreach (var name in names)
        {
            routes.Unary(new GrpcMethod<TRequest, TResponse>(Name, name, request, response), async (message, call, cancellationToken) =>
            {
                using var use = uses.Enter();
                try
                {
                    return await handler(message, call, cancellationToken);
                }
                catch (ApiException error)
                {
                    throw GrpcErrors.Of(error.Error);
                }
            });
        }
    }

    /// <inheritdoc cref="Unary{TRequest,TResponse}(IEnumerable{string},MessageParser{TRequest},MessageParser{TResponse},Func{TRequest,GrpcServerCall,CancellationToken,Task{TResponse}})"/>
    public void Unary<TRequest, TResponse>(
        string name, MessageParser<TRequest> request, MessageParser<TResponse> response, Func<TRequest, Task<TResponse>> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        Unary([name], request, response, (message, _, _) => handler(message));

    public void ServerStreaming<TRequest, TResponse>(
        IEnumerable<string> names, MessageParser<TRequest> request, MessageParser<TResponse> response,
        Func<TRequest, IGrpcStreamWriter<TResponse>, CancellationToken, Task> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        foreach (var name in names)
        {
            routes.ServerStreaming(
                new GrpcMethod<TRequest, TResponse>(Name, name, request, response),
                (message, writer, _, cancellationToken) => TranslatedAsync(() => handler(message, writer, cancellationToken)));
        }
    }

    public void Duplex<TRequest, TResponse>(
        string name, MessageParser<TRequest> request, MessageParser<TResponse> response,
        Func<IAsyncEnumerable<TRequest>, IGrpcStreamWriter<TResponse>, CancellationToken, Task> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> => routes.Duplex(
            new GrpcMethod<TRequest, TResponse>(Name, name, request, response),
            (messages, writer, _, cancellationToken) => TranslatedAsync(() => handler(messages, writer, cancellationToken)));

    private static async Task TranslatedAsync(Func<Task> handler)
    {
        try
        {
            await handler();
        }
        catch (ApiException error)
        {
            throw GrpcErrors.Of(error.Error);
        }
    }
}
