using System.Net;
using System.Net.Security;

namespace McpMesh.Sidecar.Invocation;

/// <summary>The connection pool for invocation: bytes as they are, nothing added, nothing followed, nothing kept.</summary>
internal static class InvocationClients
{
    public static HttpMessageInvoker Create() => new(NewHandler());

    /// <param name="tls">How a server outside the mesh is trusted, where the machine's authorities are not enough.</param>
    public static HttpMessageInvoker Create(SslClientAuthenticationOptions tls)
    {
        var handler = NewHandler();
        handler.SslOptions = tls;
        return new HttpMessageInvoker(handler);
    }

    private static SocketsHttpHandler NewHandler() => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
        // An answer that nobody reads to its end costs a connection, not a wait.
        MaxResponseDrainSize = 0,
        MaxResponseHeadersLength = 128, // KiB
        EnableMultipleHttp2Connections = true,
    };
}
