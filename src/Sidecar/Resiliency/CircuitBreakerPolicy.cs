namespace McpMesh.Sidecar.Resiliency;

/// <summary>When a circuit opens, and how it closes again.</summary>
internal sealed record CircuitBreakerPolicy
{
    /// <summary>Requests that pass while the circuit is half open; as many successes close it.</summary>
    public int MaxRequests { get; init; } = 1;

    /// <summary>How often a closed circuit forgets its counts; zero never does.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>How long an open circuit stays open.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    public TripExpression Trip { get; init; } = TripExpression.Default;
}
