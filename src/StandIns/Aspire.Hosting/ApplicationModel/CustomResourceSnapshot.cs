using System.Collections.Immutable;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource, or one replica of it, at one moment.</summary>
public sealed record CustomResourceSnapshot
{
    /// <summary>Kind of the resource: <c>Project</c>, <c>Executable</c>.</summary>
    public required string ResourceType { get; init; }

    /// <summary>Properties by name, such as <c>executable.pid</c>.</summary>
    public required ImmutableArray<ResourcePropertySnapshot> Properties { get; init; }

    /// <summary>The state.</summary>
    public ResourceStateSnapshot? State { get; init; }

    /// <summary>Exit code of the process that ended.</summary>
    public int? ExitCode { get; init; }

    /// <summary>URLs.</summary>
    public ImmutableArray<UrlSnapshot> Urls { get; init; } = [];

    /// <summary>Health; null while the process does not run.</summary>
    public HealthStatus? HealthStatus { get; internal init; }
}
