using System.Runtime.CompilerServices;
using Google.Protobuf;
using McpMesh.Grpc.Framing;

namespace McpMesh.Grpc.Server;

/// <summary>The messages of a request that goes on while it is answered.</summary>
/// <param name="call">The handler's token: cancelled here when reading finds the client gone, before the handler sees the failure.</param>
internal sealed class RequestStream<T>(MessageReader<T> reader, CancellationTokenSource call) : IAsyncDisposable
    where T : class, IMessage<T>
{
    private readonly SemaphoreSlim _oneReader = new(1);
    private readonly CancellationTokenSource _closed = new();

    public async IAsyncEnumerable<T> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var any = CancellationTokenSource.CreateLinkedTokenSource(_closed.Token, call.Token, cancellationToken);
        while (await NextAsync(any.Token) is { } message) yield return message;
    }

    /// <summary>Ends a read under way. Kestrel uses the stream of an ended call for the next one: nothing may be read after.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        await _oneReader.WaitAsync(CancellationToken.None);
        _oneReader.Release();
    }

    private async ValueTask<T?> NextAsync(CancellationToken cancellationToken)
    {
        await _oneReader.WaitAsync(cancellationToken);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            return await reader.ReadAsync(cancellationToken);
        }
        catch (Exception error) when (RequestMessages.IsClientGone(error))
        {
            await call.CancelAsync();
            throw new OperationCanceledException("the client has gone", error, call.Token);
        }
        finally
        {
            _oneReader.Release();
        }
    }
}
