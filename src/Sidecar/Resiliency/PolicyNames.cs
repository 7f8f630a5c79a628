namespace McpMesh.Sidecar.Resiliency;

/// <summary>The policies of one target; null for none.</summary>
/// <param name="Source">File and line, for errors.</param>
internal sealed record PolicyNames(string? Timeout, string? Retry, string? CircuitBreaker, string Source)
{
    public static readonly PolicyNames None = new(null, null, null, "");

    /// <summary>How many methods of an app have a circuit of their own at a time.</summary>
    public int CircuitBreakerCacheSize { get; init; } = 100;
}
