using McpMesh.Sidecar.Health;

namespace McpMesh.Sidecar.Hosting;

/// <summary>What flags and environment say. Sizes in bytes.</summary>
internal sealed record SidecarOptions
{
    public required string AppId { get; init; }

    /// <summary>0 for a process that only calls.</summary>
    public int AppPort { get; init; }

    public string AppProtocol { get; init; } = "http";

    public string AppChannelAddress { get; init; } = "127.0.0.1";

    /// <summary>0 takes a free one; the log tells which.</summary>
    public int HttpPort { get; init; } = 3500;

    /// <summary>0 takes a free one; the log tells which.</summary>
    public int GrpcPort { get; init; } = 50001;

    /// <summary>For the calls of other sidecars; 0 takes a free one.</summary>
    public int InternalPort { get; init; }

    public IReadOnlyList<string> ListenAddresses { get; init; } = ["127.0.0.1"];

    public IReadOnlyList<string> ResourcePaths { get; init; } = [];

    public IReadOnlyList<string> ConfigPaths { get; init; } = [];

    public long MaxBodySize { get; init; } = 4 << 20;

    public int ReadBufferSize { get; init; } = 4 << 10;

    /// <summary>-1 for no limit.</summary>
    public int AppMaxConcurrency { get; init; } = -1;

    public bool EnableAppHealthCheck { get; init; }

    public string AppHealthCheckPath { get; init; } = "/healthz";

    /// <summary>Seconds; 0 for the default.</summary>
    public int AppHealthProbeInterval { get; init; }

    /// <summary>Milliseconds; 0 for the default.</summary>
    public int AppHealthProbeTimeout { get; init; }

    /// <summary>0 for the default.</summary>
    public int AppHealthThreshold { get; init; }

    /// <summary>Null when the app's health is not probed.</summary>
    public AppHealthCheck? HealthCheck => EnableAppHealthCheck && AppPort > 0
        ? new AppHealthCheck(
            AppHealthCheckPath,
            TimeSpan.FromSeconds(AppHealthProbeInterval > 0 ? AppHealthProbeInterval : 5),
            TimeSpan.FromMilliseconds(AppHealthProbeTimeout > 0 ? AppHealthProbeTimeout : 500),
            AppHealthThreshold > 0 ? AppHealthThreshold : 3)
        : null;

    /// <summary>Where only metadata and health are served; null for nowhere.</summary>
    public int? PublicPort { get; init; }

    public IReadOnlyList<string> PublicListenAddresses { get; init; } = ["127.0.0.1"];

    /// <summary>Folder of the sockets that stand in for the two API ports; null for ports.</summary>
    public string? UnixSocketFolder { get; init; }

    /// <summary>CORS: <c>*</c> for all; none by default.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Whether the app is asked for <c>/dapr/subscribe</c>.</summary>
    public bool AsksForSubscriptions { get; init; } = true;

    public bool EnableMetrics { get; init; } = true;

    /// <summary>0 takes a free one; the log tells which.</summary>
    public int MetricsPort { get; init; }

    public IReadOnlyList<string> MetricsListenAddresses { get; init; } = ["127.0.0.1"];

    public TimeSpan GracefulShutdown { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the API goes on after a signal, unless the app turns unhealthy; null for not at all.</summary>
    public TimeSpan? BlockShutdown { get; init; }

    /// <summary>How often resource files are read again without a sign of change.</summary>
    public TimeSpan ReconcileInterval { get; init; } = TimeSpan.FromSeconds(60);

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    public bool LogAsJson { get; init; }

    public string Namespace { get; init; } = "default";

    /// <summary>Whether NAMESPACE was set: without it, names that would begin with a namespace do not.</summary>
    public bool HasNamespace { get; init; }

    /// <summary>DAPR_API_TOKEN: what the app must send.</summary>
    public string? ApiToken { get; init; }

    /// <summary>APP_API_TOKEN: what the app is sent.</summary>
    public string? AppApiToken { get; init; }

    /// <summary>DAPR_HOST_IP: under which other sidecars reach this one.</summary>
    public string HostAddress { get; init; } = "127.0.0.1";

    public string HostName { get; init; } = Environment.MachineName;

    /// <summary>One start of one process.</summary>
    public string InstanceId { get; init; } = Guid.NewGuid().ToString("n");

    /// <summary>RFC 7239.</summary>
    public string ForwardedElement => field ??= $"for={HostAddress};by={HostAddress};host={HostName}";
}
