using System.Net;
using System.Net.Sockets;

namespace McpMesh.Grpc.Tests;

/// <summary>A TCP port in front of a server that can be cut, silenced and pointed elsewhere.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Lock _lock = new();
    private readonly List<Socket> _open = [];
    private readonly CancellationTokenSource _closed = new();
    private readonly Task _accepting;
    private volatile bool _silent;

    public Relay(int targetPort)
    {
        TargetPort = targetPort;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int TargetPort { get; set; }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Every connection breaks at once; new ones are taken.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            foreach (var socket in _open)
            {
                socket.LingerState = new LingerOption(true, 0);
                socket.Dispose();
            }

            _open.Clear();
        }
    }

    /// <summary>Connections stay up and nothing passes any more, as when a cable is pulled.</summary>
    public void Silence() => _silent = true;

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        _listener.Stop();
        await _accepting;
        Cut();
        _closed.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_closed.Token);
                var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
                lock (_lock) _open.AddRange([client, server]);
                try
                {
                    await server.ConnectAsync(IPAddress.Loopback, TargetPort, _closed.Token);
                }
                catch (SocketException)
                {
                    client.Dispose();
                    continue;
                }

                _ = PumpAsync(client, server);
                _ = PumpAsync(server, client);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Disposed.
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer, _closed.Token)) > 0)
            {
                if (!_silent) await to.SendAsync(buffer.AsMemory(0, read), _closed.Token);
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Cut, or disposed.
        }
    }
}
