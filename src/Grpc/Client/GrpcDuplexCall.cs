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
    private readonly CancellationTokenSource _end;
    private readonly SemaphoreSlim _oneReader = new(1);

    /// <param name="end">Cancels the call; owned by it from here.</param>
    internal GrpcDuplexCall(ClientCall<TResponse> call, DuplexContent requests, CancellationTokenSource end)
    {
        _call = call;
        _requests = requests;
        _end = end;
        Opened = OpenAsync();
    }

    /// <summary>Ends when the server's response headers are here; fails with the status of a call that was refused.</summary>
    public Task Opened { get; }

    /// <summary>One request. Ends when the connection has taken it: a full flow-control window waits.</summary>
    /// <exception cref="GrpcException">The call has ended, its responses tell with which status; or the message is too large.</exception>
    /// <exception cref="InvalidOperationException">The requests were completed.</exception>
    public async Task WriteAsync(TRequest request, CancellationToken cancellationToken = default)
    {
        try
        {
            await _requests.WriteAsync(request, cancellationToken);
        }
        catch (Exception error) when (error is IOException or HttpRequestException or ObjectDisposedException
            || error is OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new GrpcException(GrpcStatusCode.Cancelled, "the call has ended; its responses tell the status", error);
        }
    }

    /// <summary>No more requests: half-closes the stream.</summary>
    public Task CompleteAsync(CancellationToken cancellationToken = default) => _requests.CompleteAsync(cancellationToken);

    /// <summary>The responses up to the end of the call, each once.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    public async IAsyncEnumerable<TResponse> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var registration = cancellationToken.UnsafeRegister(static end => ((CancellationTokenSource)end!).Cancel(), _end);
        await Opened;
        while (true)
        {
            TResponse? response;
            await _oneReader.WaitAsync(CancellationToken.None);
            try
            {
                response = await _call.ReadAsync();
            }
            finally
            {
                _oneReader.Release();
            }

            if (response is null) break;
            yield return response;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _requests.Fail(new GrpcException(GrpcStatusCode.Cancelled, "the call was disposed"));
        await Opened.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _oneReader.WaitAsync(CancellationToken.None);
        _call.Dispose();
        _oneReader.Release();
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
