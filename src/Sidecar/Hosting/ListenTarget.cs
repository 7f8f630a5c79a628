using System.Net.Sockets;

namespace McpMesh.Sidecar.Hosting;

/// <summary>Where a face listens: addresses and a port, or a socket file.</summary>
/// <param name="Flag">Named in the error when the place is taken.</param>
internal sealed record ListenTarget(string Flag, IReadOnlyList<string> Addresses, int Port, string? Socket = null)
{
    /// <summary>One of the two faces of the API: its port, or with <c>--unix-domain-socket</c> its socket.</summary>
    /// <param name="face"><c>http</c> or <c>grpc</c>.</param>
    public static ListenTarget Api(SidecarOptions options, string face, int port) => options.UnixSocketFolder is { } folder
        ? new("--unix-domain-socket", [], 0, Path.Combine(folder, $"dapr-{options.AppId}-{face}.socket"))
        : new($"--dapr-{face}-port", options.ListenAddresses, port);

    public override string ToString() => Socket ?? $"{Port}";

    /// <summary>Removes the socket file of a sidecar that is no more; one that answers is left alone.</summary>
    public void RemoveStaleSocket()
    {
        if (Socket is null || !File.Exists(Socket)) return;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(Socket));
        }
        catch (SocketException)
        {
            File.Delete(Socket);
        }
    }
}
