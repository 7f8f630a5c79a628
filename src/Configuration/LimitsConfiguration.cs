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

    /// <summary>How long the lists of a server are kept per caller.</summary>
    public TimeSpan ListCacheFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Idle lifetime of an MCP session of the legacy era.</summary>
    public TimeSpan SessionIdle { get; init; } = TimeSpan.FromHours(1);
}
