using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace McpMesh.Grpc.Client;

/// <summary>A call with requests and responses in any order. Disposing it ends it, whatever state it is in.</summary>
public sealed class GrpcDuplexCall<TRequest, TResponse> : IAsyncDisposable
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    private readonly ClientCall<TResponse> _call;
    private readonly DuplexContent _requests;
    private readonly CancellationTokenSource _disposed = new();
    private readonly Task _opened;

    internal GrpcDuplexCall(ClientCall<TResponse> call, DuplexContent requests)
    {
        _call = call;
        _requests = requests;
        _opened = OpenAsync();
    }

    /// <summary>Ends when the server's response headers are here; fails with the status of a call that was refused.</summary>
    public Task Opened => _opened;

    /// <summary>One request. Ends when the connection has taken it: a full flow-control window waits.</summary>
    /// <exception cref="GrpcException">The call has ended; its status tells why.</exception>
    /// <exception cref="InvalidOperationException">The requests were completed.</exception>
    public async Task WriteAsync(TRequest request, CancellationToken cancellationToken = default)
    {
        try
        {
            await _requests.WriteAsync(request, cancellationToken);
        }
        catch (Exception error) when (error is IOException or HttpRequestException or ObjectDisposedException)
        {
            throw new GrpcException(GrpcStatusCode.Cancelled, "the call has ended; its responses tell the status", error);
        }
    }

    /// <summary>No more requests: half-closes the stream.</summary>
    public Task CompleteAsync(CancellationToken cancellationToken = default) => _requests.CompleteAsync(cancellationToken);

    /// <summary>The responses up to the end of the call. To be enumerated once.</summary>
    public async IAsyncEnumerable<TResponse> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await _opened.WaitAsync(cancellationToken);
        while (await _call.ReadAsync().AsTask().WaitAsync(cancellationToken) is { } response) yield return response;
    }

    public async ValueTask DisposeAsync()
    {
        _call.Dispose();
        _requests.Fail(new GrpcException(GrpcStatusCode.Cancelled, "the call was disposed"));
        await _opened.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _disposed.Dispose();
    }

    private async Task OpenAsync()
    {
        try
        {
            await _call.OpenAsync();
        }
        catch (Exception error) when (error is GrpcException or OperationCanceledException)
        {
            _requests.Fail(error);
            throw;
        }
    }
}
