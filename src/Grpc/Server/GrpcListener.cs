using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace McpMesh.Grpc.Server;

/// <summary>What calls need of the listener below them, which serves them long and many at a time.</summary>
public static class GrpcListener
{
    private const int MostCallsOfOneConnection = 1000;
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(20);

    /// <summary>A client that went silent is found out within a minute, one that reads slowly is held back by flow control and not cut
    /// off, and hundreds of calls share a connection.</summary>
    public static void Configure(KestrelServerLimits limits)
    {
        limits.Http2.KeepAlivePingDelay = PingDelay;
        limits.Http2.KeepAlivePingTimeout = PingTimeout;
        limits.Http2.MaxStreamsPerConnection = MostCallsOfOneConnection;
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
    }
}
