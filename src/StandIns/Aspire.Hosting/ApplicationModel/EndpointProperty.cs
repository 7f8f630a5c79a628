namespace Aspire.Hosting.ApplicationModel;

/// <summary>Parts of an endpoint.</summary>
public enum EndpointProperty
{
    /// <summary>The whole URL.</summary>
    Url = 0,

    /// <summary>Host.</summary>
    Host = 1,

    /// <summary>Host as IPv4 address.</summary>
    IPV4Host = 2,

    /// <summary>Stable port.</summary>
    Port = 3,

    /// <summary>Scheme.</summary>
    Scheme = 4,

    /// <summary>Port of the process.</summary>
    TargetPort = 5,

    /// <summary><c>host:port</c>.</summary>
    HostAndPort = 6,
}
