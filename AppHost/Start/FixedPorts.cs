using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;

namespace McpMesh.AppHost.Start;

/// <summary>Finds out before anything starts that a port of the mesh is taken.</summary>
internal static class FixedPorts
{
    /// <exception cref="MeshStartException">A port is in use.</exception>
    public static void ThrowIfInUse(IDistributedApplicationBuilder builder)
    {
        // Tests run on random ports.
        if (builder.Configuration.GetValue<bool>("DcpPublisher:RandomizePorts")) return;
        var taken = builder.Resources
            .SelectMany(
                resource => resource.Annotations.OfType<EndpointAnnotation>(), (resource, endpoint) => (resource.Name, endpoint.Port))
            .Where(endpoint => endpoint.Port is { } port && !IsFree(port))
            .Select(endpoint => $"{endpoint.Port} ({endpoint.Name})")
            .ToArray();
        if (taken.Length == 0) return;
        throw new MeshStartException(
            $"in use by another process: port{(taken.Length > 1 ? "s" : "")} {string.Join(", ", taken)}. Is a mesh running already?");
    }

    private static bool IsFree(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
            probe.Listen(1);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
