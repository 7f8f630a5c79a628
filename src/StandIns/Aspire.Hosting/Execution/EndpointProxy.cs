using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Execution;

/// <summary>
/// One stable endpoint before the replicas of a resource: TCP connections go round robin, and a replica that does not accept is
/// skipped. Each direction ends on its own, as TCP has it.
/// </summary>
internal sealed class EndpointProxy : IAsyncDisposable
{
    private const int BufferSize = 32 * 1024;

    private readonly Socket _listener;
    private readonly IPEndPoint[] _replicas;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private uint _turn;

    private EndpointProxy(Socket listener, IPEndPoint[] replicas)
    {
        _listener = listener;
        _replicas = replicas;
        _accepting = AcceptAsync();
    }

    /// <summary>Listens; null if the port is in use.</summary>
    public static EndpointProxy? TryListen(IPEndPoint endpoint, IPEndPoint[] replicas)
    {
        var listener = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(endpoint);
            listener.Listen(512);
            return new EndpointProxy(listener, replicas);
        }
        catch (SocketException)
        {
            listener.Dispose();
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptAsync(_stop.Token);
                _ = RelayAsync(client, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // A client that gave up before it was accepted is no reason to stop accepting.
            }
        }
    }

    private async Task RelayAsync(Socket client, CancellationToken cancellationToken)
    {
        using (client)
        using (var replica = await ConnectAsync(cancellationToken))
        {
            if (replica is null) return;
            client.NoDelay = true;
            replica.NoDelay = true;
            using var broken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAll(CopyAsync(client, replica, broken), CopyAsync(replica, client, broken));
        }
    }

    private async Task<Socket?> ConnectAsync(CancellationToken cancellationToken)
    {
        var first = Interlocked.Increment(ref _turn);
        for (var attempt = 0u; attempt < _replicas.Length; attempt++)
        {
            var replica = _replicas[(first + attempt) % (uint)_replicas.Length];
            var socket = new Socket(replica.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(replica, cancellationToken);
                return socket;
            }
            catch (Exception failure) when (failure is SocketException or OperationCanceledException)
            {
                socket.Dispose();
            }
        }

        return null;
    }

    private static async Task CopyAsync(Socket source, Socket target, CancellationTokenSource broken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while ((read = await source.ReceiveAsync(buffer.AsMemory(), broken.Token)) > 0)
            {
                var rest = buffer.AsMemory(0, read);
                while (!rest.IsEmpty) rest = rest[await target.SendAsync(rest, broken.Token)..];
            }

            target.Shutdown(SocketShutdown.Send);
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // A reset, unlike an end, goes for both directions.
            await broken.CancelAsync();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
