using System.IO.Pipelines;
using System.Net;
using Google.Protobuf;
using McpMesh.Grpc.Framing;

namespace McpMesh.Grpc.Client;

/// <summary>One call on the wire, from its request headers to its status. Not for two readers at a time.</summary>
internal sealed class ClientCall<TResponse> : IDisposable
    where TResponse : class, IMessage<TResponse>
{
    private const string UserAgent = "grpc-dotnet-mcpmesh/0.1";
    private readonly HttpMessageInvoker _http;
    private readonly MessageParser<TResponse> _parser;
    private readonly int _limit;
    private readonly HttpRequestMessage _request;
    private readonly CancellationToken _caller;
    private readonly CallDeadline? _deadline;
    private HttpResponseMessage? _response;
    private PipeReader? _bytes;
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
        if (options?.Deadline is { } deadline)
        {
            headers.TryAddWithoutValidation("grpc-timeout", TimeoutHeader.Format(deadline));
            _deadline = new CallDeadline(deadline, channel.TimeProvider, cancellationToken);
        }

        headers.TryAddWithoutValidation("te", "trailers");
        headers.TryAddWithoutValidation("grpc-accept-encoding", "identity");
        headers.TryAddWithoutValidation("user-agent", UserAgent);
        foreach (var (name, value) in channel.Headers) headers.TryAddWithoutValidation(name, value);
        if (options is null) return;
        foreach (var (name, value) in options.Headers) headers.TryAddWithoutValidation(name, value);
    }

    private CancellationToken Ended => _deadline?.Token ?? _caller;

    /// <summary>Sends the request and waits for the response headers.</summary>
    public async Task OpenAsync()
    {
        try
        {
            Ended.ThrowIfCancellationRequested();
            _response = await _http.SendAsync(_request, Ended);
            ResponseStatus.ThrowIfRefused(_response);
            _bytes = PipeReader.Create(await _response.Content.ReadAsStreamAsync(Ended));
            _reader = new MessageReader<TResponse>(_bytes, _parser, _limit, GrpcStatusCode.Internal);
        }
        catch (Exception error) when (StatusOf(error) is { } status)
        {
            throw status;
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
        catch (Exception error) when (StatusOf(error) is { } status)
        {
            throw status;
        }
    }

    /// <summary>Resets the stream (RST_STREAM CANCEL) unless it has ended.</summary>
    public void Dispose()
    {
        _bytes?.Complete();
        _response?.Dispose();
        _request.Dispose();
        _deadline?.Dispose();
    }

    /// <returns>What the caller is to see instead, or null when the error says it already.</returns>
    private Exception? StatusOf(Exception error)
    {
        switch (error)
        {
            // A server's clock may be the quicker one: its Cancelled is the deadline too.
            case GrpcException { Code: GrpcStatusCode.Cancelled } when _deadline is { IsOver: true }:
            case OperationCanceledException or IOException or HttpRequestException when _deadline is { IsOver: true } && !_caller.IsCancellationRequested:
                return new GrpcException(GrpcStatusCode.DeadlineExceeded, $"{_request.RequestUri!.AbsolutePath}: the deadline is over", error);
            case OperationCanceledException or IOException or HttpRequestException when _caller.IsCancellationRequested:
                return new OperationCanceledException("the call was cancelled", error, _caller);
            case OperationCanceledException or IOException or HttpRequestException:
                return ResponseStatus.Broken(error, _request.RequestUri!);
            default:
                return null;
        }
    }
}
