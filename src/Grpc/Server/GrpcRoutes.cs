using Google.Protobuf;

namespace McpMesh.Grpc.Server;

/// <summary>Which method is answered by what. Filled once, then given to a <see cref="GrpcServer"/>.</summary>
public sealed class GrpcRoutes
{
    private readonly Dictionary<string, Route> _routes = new(StringComparer.Ordinal);

    internal IReadOnlyDictionary<string, Route> All => _routes;

    /// <summary>One request, one response.</summary>
    /// <exception cref="ArgumentException">The method is here already.</exception>
    public GrpcRoutes Unary<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, Func<TRequest, GrpcServerCall, CancellationToken, Task<TResponse>> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> => Add(method.Path, new UnaryRoute<TRequest, TResponse>(method, handler));

    /// <summary>One request, any number of responses; the call ends when the handler does.</summary>
    /// <exception cref="ArgumentException">The method is here already.</exception>
    public GrpcRoutes ServerStreaming<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method,
        Func<TRequest, IGrpcStreamWriter<TResponse>, GrpcServerCall, CancellationToken, Task> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> => Add(method.Path, new ServerStreamingRoute<TRequest, TResponse>(method, handler));

    /// <summary>Any number of both, in any order; also for client streaming. The requests may be enumerated once.</summary>
    /// <exception cref="ArgumentException">The method is here already.</exception>
    public GrpcRoutes Duplex<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method,
        Func<IAsyncEnumerable<TRequest>, IGrpcStreamWriter<TResponse>, GrpcServerCall, CancellationToken, Task> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> => Add(method.Path, new DuplexRoute<TRequest, TResponse>(method, handler));

    private GrpcRoutes Add(string path, Route route)
    {
        if (!_routes.TryAdd(path, route)) throw new ArgumentException($"{path}: this method has a handler already");
        return this;
    }
}
