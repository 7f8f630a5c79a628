using System.Net;
using McpMesh.Sidecar.Metrics;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace McpMesh.Sidecar.Hosting;

/// <summary>
/// One listening side of the sidecar: Kestrel itself, without a web host around it. That halves the start-up time and leaves nothing on
/// the path of a request that is not the request's.
/// </summary>
internal sealed class HttpFace : IAsyncDisposable
{
    private const int MostStreams = 10_000;

    // Go's server reads so much beyond the limit it is given: a request that daprd takes is not to be refused here.
    private const int Slop = 4 << 10;
    private const int MostHeaders = 1_000; // their size is the limit
    private readonly KestrelServer _server;

    private HttpFace(KestrelServer server, int port, string address)
    {
        _server = server;
        Port = port;
        Address = address;
    }

    /// <summary>The first address with its port, or the socket: for the log.</summary>
    public string Address { get; }

    /// <summary>The port in use, also when 0 was asked for.</summary>
    public int Port { get; }

    /// <param name="protocols">HTTP/2 is spoken without TLS, by prior knowledge (h2c).</param>
    /// <param name="metrics">Where requests of this face are counted; null for nowhere.</param>
    /// <exception cref="StartupException">The port is in use or the address is not of this machine.</exception>
    public static async Task<HttpFace> StartAsync(
        ListenTarget target, RequestDelegate handler, SidecarOptions options, int headerAllowance, ILoggerFactory loggers,
        HttpProtocols protocols = HttpProtocols.Http1, SidecarMetrics? metrics = null)
    {
        var kestrel = new KestrelServerOptions { AddServerHeader = false };
        kestrel.Limits.MaxRequestBodySize = options.MaxBodySize;
        kestrel.Limits.MaxRequestHeadersTotalSize = options.ReadBufferSize + Slop + headerAllowance;
        kestrel.Limits.MaxRequestHeaderCount = MostHeaders;
        kestrel.Limits.Http2.MaxRequestHeaderFieldSize = Math.Max(16 << 10, kestrel.Limits.MaxRequestHeadersTotalSize);
        kestrel.Limits.MaxRequestLineSize = Math.Max(8192, options.ReadBufferSize);
        kestrel.Limits.MaxRequestBufferSize = Math.Max(1 << 20, kestrel.Limits.MaxRequestHeadersTotalSize * 2L);
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        // Streams may be silent for as long as they like.
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        // A worker and its clients share a connection: every call that waits for a workflow's end holds a stream of it.
        kestrel.Limits.Http2.MaxStreamsPerConnection = MostStreams;
        // One of them that vanished without a word is noticed, and its work goes to another.
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);
        foreach (var address in target.Addresses)
            kestrel.Listen(new IPEndPoint(AddressOf(address), target.Port), listen => listen.Protocols = protocols);
        if (target.Socket is not null)
        {
            target.RemoveStaleSocket();
            kestrel.ListenUnixSocket(target.Socket, listen => listen.Protocols = protocols);
        }

        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers);
        var server = new KestrelServer(Options.Create(kestrel), transport, loggers);
        try
        {
            var pipeline = new RequestPipeline(handler, metrics ?? SidecarMetrics.Off, loggers.CreateLogger("http"));
            await server.StartAsync(pipeline, CancellationToken.None);
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            server.Dispose();
            var place = target.Socket is null ? "port" : "socket";
            throw new StartupException($"{target.Flag} {target}: the {place} is already in use");
        }
        catch (Exception error) when (error is IOException or System.Net.Sockets.SocketException)
        {
            server.Dispose();
            throw new StartupException($"{target.Flag} {target}: cannot listen: {error.Message}");
        }

        var bound = server.Features.Get<IServerAddressesFeature>()!.Addresses.First();
        if (target.Socket is not null) return new HttpFace(server, 0, target.Socket);
        var port = new Uri(bound).Port;
        return new HttpFace(server, port, $"{target.Addresses[0]}:{port}");
    }

    /// <summary>Takes no more connections and waits for requests under way until <paramref name="limit"/>.</summary>
    public Task StopAsync(CancellationToken limit) => _server.StopAsync(limit);

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        return ValueTask.CompletedTask;
    }

    private static IPAddress AddressOf(string text) => text == "localhost" ? IPAddress.Loopback : IPAddress.Parse(text.Trim('[', ']'));
}
