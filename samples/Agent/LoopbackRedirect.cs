using System.Net;
using System.Net.Sockets;

namespace McpMesh.Samples.Agent;

/// <summary>A redirect URI on a free loopback port (RFC 8252 section 7.3).</summary>
internal static class LoopbackRedirect
{
    public static Uri Reserve()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)socket.LocalEndpoint).Port}/callback");
    }
}
