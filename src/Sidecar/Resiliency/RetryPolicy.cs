namespace McpMesh.Sidecar.Resiliency;

/// <summary>How often and after which pause an operation is attempted again.</summary>
internal sealed record RetryPolicy
{
    private static readonly TimeSpan FirstInterval = TimeSpan.FromMilliseconds(500);
    private const double Growth = 1.5;
    private const double Spread = 0.5;

    /// <summary>False: the same pause every time.</summary>
    public bool IsExponential { get; init; }

    /// <summary>The pause of a constant policy.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest pause of an exponential policy.</summary>
    public TimeSpan MaxInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>An exponential policy ends after this time, whatever is left of its retries.</summary>
    public TimeSpan MaxElapsed { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Attempts after the first; -1 for no end.</summary>
    public int MaxRetries { get; init; } = -1;

    /// <summary>Null: every HTTP status.</summary>
    public StatusCodeRanges? HttpStatusCodes { get; init; }

    /// <summary>Null: every gRPC status.</summary>
    public StatusCodeRanges? GrpcStatusCodes { get; init; }

    /// <summary>Whether a failure of this status is worth another attempt; 0 to 16 are gRPC's codes.</summary>
    public bool Matches(int status) => status switch
    {
        >= 0 and <= 16 => GrpcStatusCodes?.Contains(status) ?? true,
        >= 100 and <= 599 => HttpStatusCodes?.Contains(status) ?? true,
        _ => false,
    };

    /// <param name="retry">From 0.</param>
    /// <param name="random">From 0 to 1: callers that failed together shall not come again together.</param>
    public TimeSpan PauseBefore(int retry, double random)
    {
        if (!IsExponential) return Duration;
        var interval = Math.Min(FirstInterval.Ticks * Math.Pow(Growth, Math.Min(retry, 100)), MaxInterval.Ticks);
        return TimeSpan.FromTicks((long)(interval * (1 - Spread + 2 * Spread * random)));
    }
}
