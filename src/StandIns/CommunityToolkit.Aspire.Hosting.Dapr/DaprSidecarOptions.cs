using System.Collections.Immutable;

namespace CommunityToolkit.Aspire.Hosting.Dapr;

/// <summary>Options of one sidecar: the flags of <c>dapr run</c> by name.</summary>
public sealed record DaprSidecarOptions
{
    /// <summary>Address at which the sidecar finds the application.</summary>
    public string? AppChannelAddress { get; init; }

    /// <summary>Name of the application's endpoint; <c>http</c> when not given.</summary>
    public string? AppEndpoint { get; init; }

    /// <summary>App id; the resource's name when not given.</summary>
    public string? AppId { get; init; }

    /// <summary>Port of the application, in place of the endpoint's.</summary>
    public int? AppPort { get; init; }

    /// <summary>Protocol of the application; <c>http</c> when not given.</summary>
    public string? AppProtocol { get; init; }

    /// <summary>Path of the Dapr Configuration; relative to the application host's directory.</summary>
    public string? Config { get; init; }

    /// <summary>gRPC port of the sidecar; chosen at start when not given.</summary>
    public int? DaprGrpcPort { get; init; }

    /// <summary>HTTP port of the sidecar; chosen at start when not given.</summary>
    public int? DaprHttpPort { get; init; }

    /// <summary>Addresses that the sidecar listens on, separated by commas.</summary>
    public string? DaprListenAddresses { get; init; }

    /// <summary>Greatest body, such as <c>16Mi</c>.</summary>
    public string? DaprMaxBodySize { get; init; }

    /// <summary>Greatest header block, such as <c>64Ki</c>.</summary>
    public string? DaprReadBufferSize { get; init; }

    /// <summary>Whether the sidecar probes the application.</summary>
    public bool? EnableAppHealthCheck { get; init; }

    /// <summary>Path of that probe.</summary>
    public string? AppHealthCheckPath { get; init; }

    /// <summary>Log level of the sidecar.</summary>
    public string? LogLevel { get; init; }

    /// <summary>Port of the metrics; chosen at start when not given.</summary>
    public int? MetricsPort { get; init; }

    /// <summary>Address of the placement service; empty: none.</summary>
    public string? PlacementHostAddress { get; init; }

    /// <summary>Address of the scheduler; empty: none.</summary>
    public string? SchedulerHostAddress { get; init; }

    /// <summary>Directories of components; relative to the application host's directory.</summary>
    public IImmutableSet<string> ResourcesPaths { get; init; } = ImmutableHashSet<string>.Empty;
}
