using System.Security.Cryptography;
using System.Text;
using McpMesh.Grpc;
using McpMesh.Grpc.Server;
using McpMesh.Sidecar.AccessControl;
using McpMesh.Sidecar.Invocation;

namespace McpMesh.Sidecar.Hosting;

/// <summary>
/// The gRPC face of the API: one server for all services on <c>--dapr-grpc-port</c>, with the HTTP face's token rule for every call. It is
/// made at the first call: most apps never make one, and its methods take their time to build.
/// </summary>
internal sealed class GrpcApi
{
    private readonly byte[]? _apiToken;
    private readonly ApiAccess _access;
    private readonly Lazy<GrpcServer> _server;

    /// <param name="services">Each adds the methods that it answers.</param>
    public GrpcApi(
        SidecarOptions options, ApiAccess access, Action<GrpcRoutes> services, ILogger logger, TimeProvider clock,
        CancellationToken stopping)
    {
        _access = access;
        _apiToken = options.ApiToken is null ? null : Encoding.UTF8.GetBytes(options.ApiToken);
        _server = new Lazy<GrpcServer>(() =>
        {
            var routes = new GrpcRoutes();
            services(routes);
            var largest = (int)Math.Min(options.MaxBodySize, int.MaxValue);
            return new GrpcServer(routes, new GrpcServerOptions
            {
                MaxReceiveMessageSize = largest,
                MaxSendMessageSize = largest,
                Interceptor = Authorize,
                Stopping = stopping,
                TimeProvider = clock,
            }, logger);
        });
    }

    public Task HandleAsync(HttpContext context) => _server.Value.HandleAsync(context);

    private ValueTask Authorize(GrpcServerCall call, CancellationToken cancellationToken)
    {
        CheckToken(call);
        return _access.AllowsGrpc(call.Path)
            ? ValueTask.CompletedTask
            : throw new GrpcException(GrpcStatusCode.Unimplemented, "requested endpoint is not available");
    }

    private void CheckToken(GrpcServerCall call)
    {
        if (_apiToken is null) return;
        if (call.RequestHeaders[HopHeaders.ApiToken] is not [{ } given])
            throw new GrpcException(GrpcStatusCode.Unauthenticated, "missing api token in request metadata");
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), _apiToken))
            throw new GrpcException(GrpcStatusCode.Unauthenticated, "authentication error: api token mismatch");
    }
}
