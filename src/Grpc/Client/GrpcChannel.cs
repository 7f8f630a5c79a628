using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace McpMesh.Grpc.Client;

/// <summary>
/// Calls to one server over HTTP/2 (<c>PROTOCOL-HTTP2.md</c>): cleartext with prior knowledge for <c>http</c>, ALPN for <c>https</c>.
/// Connects at the first call and again when a connection is lost. One channel serves any number of calls at a time.
/// </summary>
/// <remarks>A call fails with <see cref="GrpcException"/>, or with <see cref="OperationCanceledException"/> when the caller's own token
/// ended it.</remarks>
public sealed class GrpcChannel : IAsyncDisposable, IDisposable
{
    private readonly Uri _address;
    private readonly HttpMessageInvoker _http;
    private readonly ConcurrentDictionary<string, Uri> _targets = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">The address is no <c>http</c> or <c>https</c> URL, has a path, or a limit is negative.</exception>
    public GrpcChannel(Uri address, GrpcChannelOptions? options = null)
    {
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https") || address.PathAndQuery != "/")
            throw new ArgumentException($"gRPC address '{address}': must be http://host:port or https://host:port, without a path", nameof(address));
        Options = options ?? new GrpcChannelOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(Options.MaxReceiveMessageSize, nameof(Options.MaxReceiveMessageSize));
        ArgumentOutOfRangeException.ThrowIfNegative(Options.MaxSendMessageSize, nameof(Options.MaxSendMessageSize));
        _address = address;
        _http = new HttpMessageInvoker(Options.Handler ?? Connections(Options), disposeHandler: Options.Handler is null);
    }

    internal GrpcChannelOptions Options { get; }

    /// <summary>One request, one response.</summary>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, TRequest request, GrpcCallOptions? options = null, CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        using var call = Start(method, new MessageContent(request, Options.MaxSendMessageSize), options, cancellationToken);
        await call.OpenAsync();
        var response = await call.ReadAsync()
            ?? throw new GrpcException(GrpcStatusCode.Unimplemented, $"{method.Path} answered OK without a message");
        if (await call.ReadAsync() is not null)
            throw new GrpcException(GrpcStatusCode.Unimplemented, $"{method.Path} answered with more than one message");
        return response;
    }

    /// <summary>One request, any number of responses. Leaving the enumeration early resets the stream.</summary>
    public async IAsyncEnumerable<TResponse> StreamAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, TRequest request, GrpcCallOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        using var call = Start(method, new MessageContent(request, Options.MaxSendMessageSize), options, cancellationToken);
        await call.OpenAsync();
        while (await call.ReadAsync() is { } response) yield return response;
    }

    /// <summary>Any number of requests and of responses, in any order. Also for client streaming, whose only response is the first.</summary>
    /// <param name="cancellationToken">Ends the call, not only the opening.</param>
    public GrpcDuplexCall<TRequest, TResponse> OpenDuplex<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, GrpcCallOptions? options = null, CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var requests = new DuplexContent(Options.MaxSendMessageSize);
        var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        return new GrpcDuplexCall<TRequest, TResponse>(Start(method, requests, options, end.Token), requests, end);
    }

    /// <summary>Takes no more calls. Those under way go on to their end, and their connections close after them.</summary>
    public void Dispose() => _http.Dispose();

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private ClientCall<TResponse> Start<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, HttpContent content, GrpcCallOptions? options, CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var target = _targets.GetOrAdd(method.Path, static (path, address) => new Uri(address, path), _address);
        return new ClientCall<TResponse>(_http, target, content, method.ResponseParser, Options, options, cancellationToken);
    }

    private static SocketsHttpHandler Connections(GrpcChannelOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = options.ConnectTimeout,
        };
        if (options.KeepAlivePingDelay is not { } delay) return handler;
        handler.KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests;
        handler.KeepAlivePingDelay = delay;
        handler.KeepAlivePingTimeout = options.KeepAlivePingTimeout;
        return handler;
    }
}
