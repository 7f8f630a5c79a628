using System.Net;
using McpMesh.Grpc.Server;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace McpMesh.Grpc.Tests;

/// <summary>Kestrel without a web host, as the sidecar uses it, on a free port.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly KestrelServer _server;

    private TestServer(KestrelServer server, int port)
    {
        _server = server;
        Port = port;
    }

    public int Port { get; }

    public Uri Address => new($"http://127.0.0.1:{Port}");

    /// <summary>What handlers and the server logged.</summary>
    public LogLines Log { get; private init; } = new();

    public static Task<TestServer> StartAsync(
        Action<GrpcRoutes> fill, GrpcServerOptions? options = null, Action<KestrelServerLimits>? configure = null)
    {
        var routes = new GrpcRoutes();
        fill(routes);
        var log = new LogLines();
        return StartAsync(new GrpcServer(routes, options ?? new GrpcServerOptions(), log).HandleAsync, log, configure: configure);
    }

    /// <summary>Any HTTP/2 server, also one that speaks gRPC badly.</summary>
    public static async Task<TestServer> StartAsync(
        RequestDelegate handler, LogLines? log = null, HttpProtocols protocols = HttpProtocols.Http2,
        Action<KestrelServerLimits>? configure = null)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        configure?.Invoke(options.Limits);
        options.Listen(new IPEndPoint(IPAddress.Loopback, 0), listen => listen.Protocols = protocols);
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        var server = new KestrelServer(Options.Create(options), transport, NullLoggerFactory.Instance);
        await server.StartAsync(new Application(handler), CancellationToken.None);
        var bound = new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return new TestServer(server, bound.Port) { Log = log ?? new LogLines() };
    }

    /// <summary>Takes no more calls and waits for those under way until <paramref name="limit"/>, then breaks them.</summary>
    public Task StopAsync(CancellationToken limit) => _server.StopAsync(limit);

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(new CancellationToken(canceled: true));
        _server.Dispose();
    }

    private sealed class Application(RequestDelegate handler) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => handler(context);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
        }
    }
}
