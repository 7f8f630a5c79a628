using System.IO.Pipelines;
using System.Net;
using Google.Protobuf;
using McpMesh.Grpc.Framing;

namespace McpMesh.Grpc.Client;

/// <summary>One call on the wire, from its request headers to its status.</summary>
internal sealed class ClientCall<TResponse> : IDisposable
    where TResponse : class, IMessage<TResponse>
{
    private const string UserAgent = "grpc-dotnet-mcpmesh/0.1";
    private readonly HttpMessageInvoker _http;
    private readonly MessageParser<TResponse> _parser;
    private readonly int _limit;
    private readonly HttpRequestMessage _request;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource? _deadline;
    private readonly CancellationTokenSource? _either;
    private HttpResponseMessage? _response;
    private MessageReader<TResponse>? _reader;

    public ClientCall(
        HttpMessageInvoker http, Uri target, HttpContent content, MessageParser<TResponse> parser, GrpcChannelOptions channel,
        GrpcCallOptions? options, CancellationToken cancellationToken)
    {
        _http = http;
        _parser = parser;
        _limit = channel.MaxReceiveMessageSize;
        _caller = cancellationToken;
        _request = new HttpRequestMessage(HttpMethod.Post, target)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        var headers = _request.Headers;
        headers.TryAddWithoutValidation("te", "trailers");
        headers.TryAddWithoutValidation("grpc-accept-encoding", "identity");
        headers.TryAddWithoutValidation("user-agent", UserAgent);
        foreach (var (name, value) in channel.Headers) headers.TryAddWithoutValidation(name, value);
        if (options is null) return;
        foreach (var (name, value) in options.Headers) headers.TryAddWithoutValidation(name, value);
        if (options.Deadline is not { } deadline) return;
        headers.TryAddWithoutValidation("grpc-timeout", TimeoutHeader.Format(deadline));
        if (deadline > CallTimer.Longest) return;
        _deadline = new CancellationTokenSource(deadline > TimeSpan.Zero ? deadline : TimeSpan.Zero, channel.TimeProvider);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_deadline.Token, cancellationToken);
    }

    private CancellationToken Ended => _either?.Token ?? _caller;

    /// <summary>Sends the request and waits for the response headers.</summary>
    public async Task OpenAsync()
    {
        try
        {
            Ended.ThrowIfCancellationRequested();
            _response = await _http.SendAsync(_request, Ended);
            ResponseStatus.ThrowIfRefused(_response);
            var body = await _response.Content.ReadAsStreamAsync(Ended);
            _reader = new MessageReader<TResponse>(PipeReader.Create(body), _parser, _limit, GrpcStatusCode.Internal);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
        {
            throw Translated(error);
        }
    }

    /// <returns>The next message, or null when the call ended with OK.</returns>
    public async ValueTask<TResponse?> ReadAsync()
    {
        try
        {
            if (await _reader!.ReadAsync(Ended) is { } message) return message;
            ResponseStatus.ThrowUnlessOk(_response!);
            return null;
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
        {
            throw Translated(error);
        }
    }

    /// <summary>Resets the stream (RST_STREAM CANCEL) unless it has ended.</summary>
    public void Dispose()
    {
        _response?.Dispose();
        _request.Dispose();
        _either?.Dispose();
        _deadline?.Dispose();
    }

    private Exception Translated(Exception error)
    {
        if (_caller.IsCancellationRequested) return new OperationCanceledException("the call was cancelled", error, _caller);
        if (_deadline is { IsCancellationRequested: true })
            return new GrpcException(GrpcStatusCode.DeadlineExceeded, $"{_request.RequestUri!.AbsolutePath}: the deadline is over", error);
        if (error.InnerException is GrpcException inner) return inner;
        return ResponseStatus.Broken(error, _request.RequestUri!);
    }
}
