namespace McpMesh.ServiceDefaults.Resilience;

/// <summary>How a client deals with a server that fails or is slow.</summary>
public sealed class HttpResilienceOptions
{
    /// <summary>Time for one attempt, until its response headers are there.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Time for the call with all its attempts.</summary>
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Further attempts, for safe methods only (RFC 9110 section 9.2.1): others may have had their effect.</summary>
    public int MaxRetries { get; set; } = 3;

    /// <summary>Pause before the first further attempt; it doubles, with jitter.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Share of failed attempts that opens the circuit.</summary>
    public double BreakAtFailureRatio { get; set; } = 0.5;

    /// <summary>Attempts within the sampling time below which the circuit stays closed.</summary>
    public int BreakAtMinimumThroughput { get; set; } = 20;

    /// <summary>How long an open circuit refuses calls.</summary>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(5);
}
