using System.Net.Sockets;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>An endpoint that a resource listens on.</summary>
public sealed class EndpointAnnotation : IResourceAnnotation
{
    /// <summary>Creates the endpoint.</summary>
    /// <param name="protocol">Network protocol.</param>
    /// <param name="uriScheme">Scheme of its URL.</param>
    /// <param name="transport">Not used for processes on this machine.</param>
    /// <param name="name">Name; the scheme when not given.</param>
    /// <param name="port">Stable port, shared by all replicas.</param>
    /// <param name="targetPort">Port of the process.</param>
    /// <param name="isExternal">Whether it is reachable from outside when published.</param>
    /// <param name="isProxied">Whether a proxy may stand before the process.</param>
    public EndpointAnnotation(
        ProtocolType protocol, string? uriScheme = null, string? transport = null, string? name = null, int? port = null,
        int? targetPort = null, bool? isExternal = null, bool isProxied = true)
    {
        Protocol = protocol;
        UriScheme = uriScheme ?? "tcp";
        Transport = transport ?? UriScheme;
        Name = name ?? UriScheme;
        Port = port;
        TargetPort = targetPort;
        IsExternal = isExternal ?? false;
        IsProxied = isProxied;
    }

    /// <summary>Name, unique in the resource.</summary>
    public string Name { get; set; }

    /// <summary>Network protocol.</summary>
    public ProtocolType Protocol { get; set; }

    /// <summary>Stable port; null: one is chosen at start.</summary>
    public int? Port { get; set; }

    /// <summary>Port of the process; null: one is chosen at start.</summary>
    public int? TargetPort { get; set; }

    /// <summary>Scheme of the URL.</summary>
    public string UriScheme { get; set; }

    /// <summary>Address that the process listens on.</summary>
    public string TargetHost { get; set; } = "localhost";

    /// <summary>Transport name for publishing.</summary>
    public string Transport { get; set; }

    /// <summary>Whether it is reachable from outside when published.</summary>
    public bool IsExternal { get; set; }

    /// <summary>Whether a proxy may stand before the process.</summary>
    public bool IsProxied { get; set; }

    /// <summary>Where the endpoint is, once the application starts.</summary>
    public AllocatedEndpoint? AllocatedEndpoint { get; set; }

    /// <summary>Variable that receives the port of the process instead of <c>ASPNETCORE_URLS</c>.</summary>
    internal string? TargetPortVariable { get; set; }

    /// <summary>Port of each replica's process, once allocated.</summary>
    internal IReadOnlyList<int> ReplicaPorts { get; set; } = [];
}
