using System.Net;
using System.Net.Sockets;
using System.Text;
using Aspire.Hosting.Execution;

namespace StandIns.Tests.Aspire;

public sealed class EndpointProxyTests : IDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(1));

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task A_half_closed_connection_still_carries_the_answer()
    {
        using var replica = Listener();
        await using var proxy = Proxy(out var address, (IPEndPoint)replica.LocalEndpoint);
        using var client = await ConnectAsync(address);
        using var server = await replica.AcceptSocketAsync(_limit.Token);

        await client.SendAsync("question"u8.ToArray(), _limit.Token);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("question", await ReadToEndAsync(server));
        await server.SendAsync("answer"u8.ToArray(), _limit.Token);
        server.Shutdown(SocketShutdown.Send);

        Assert.Equal("answer", await ReadToEndAsync(client));
    }

    [Fact]
    public async Task A_replica_that_does_not_listen_is_skipped()
    {
        using var replica = Listener();
        var dead = Listener();
        var deadAddress = (IPEndPoint)dead.LocalEndpoint;
        dead.Dispose();
        await using var proxy = Proxy(out var address, deadAddress, (IPEndPoint)replica.LocalEndpoint);

        for (var connection = 0; connection < 4; connection++)
        {
            using var client = await ConnectAsync(address);
            using var server = await replica.AcceptSocketAsync(_limit.Token);
            Assert.True(server.Connected);
        }
    }

    [Fact]
    public async Task A_connection_ends_when_no_replica_listens()
    {
        var dead = Listener();
        var deadAddress = (IPEndPoint)dead.LocalEndpoint;
        dead.Dispose();
        await using var proxy = Proxy(out var address, deadAddress);
        using var client = await ConnectAsync(address);

        Assert.Equal("", await ReadToEndAsync(client));
    }

    private static TcpListener Listener()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static EndpointProxy Proxy(out IPEndPoint address, params IPEndPoint[] replicas)
    {
        using var ports = new PortBlock();
        address = new IPEndPoint(IPAddress.Loopback, ports.Take());
        return EndpointProxy.TryListen(address, replicas)!;
    }

    private async Task<Socket> ConnectAsync(IPEndPoint address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address, _limit.Token);
        return socket;
    }

    private async Task<string> ReadToEndAsync(Socket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[256];
        int read;
        while ((read = await socket.ReceiveAsync(buffer.AsMemory(), _limit.Token)) > 0)
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        return text.ToString();
    }
}
