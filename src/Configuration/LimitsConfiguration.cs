namespace McpMesh.Configuration;

/// <summary>Section <c>limits</c>.</summary>
public sealed record LimitsConfiguration
{
    /// <summary>Largest request body, in bytes.</summary>
    public int MaxBodyBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Deepest JSON nesting of a request.</summary>
    public int MaxDepth { get; init; } = 64;

    /// <summary>How long a call may take before the first byte of its answer.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long an undelivered result waits for its agent to ask again. The sidecar's Configuration has the same time for the workflows
    /// (<c>stateRetentionPolicy</c>).
    /// </summary>
    public TimeSpan KeepResultsFor { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Largest result that is kept of a durable call, in bytes.</summary>
    public int MaxKeptBytes { get; init; } = 1024 * 1024;

    /// <summary>How long the lists of a server are kept per caller.</summary>
    public TimeSpan ListCacheFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Idle lifetime of an MCP session of the legacy era.</summary>
    public TimeSpan SessionIdle { get; init; } = TimeSpan.FromHours(1);
}
