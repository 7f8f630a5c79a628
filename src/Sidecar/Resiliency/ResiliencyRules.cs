namespace McpMesh.Sidecar.Resiliency;

/// <summary>All Resiliency resources of this app, merged; later files win.</summary>
internal sealed class ResiliencyRules
{
    public const string BuiltInServiceRetries = "DaprBuiltInServiceRetries";
    public const string BuiltInActorRetries = "DaprBuiltInActorRetries";
    public const string BuiltInActorReminderRetries = "DaprBuiltInActorReminderRetries";
    public const string BuiltInInitializationRetries = "DaprBuiltInInitializationRetries";
    public const string BuiltInActorNotFoundRetries = "DaprBuiltInActorNotFoundRetries";

    private static readonly RetryPolicy ThriceEverySecond = new() { Duration = TimeSpan.FromSeconds(1), MaxRetries = 3 };

    /// <summary>The names of the resources, for the metadata API.</summary>
    public List<string> Names { get; } = [];

    public Dictionary<string, TimeSpan> Timeouts { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, RetryPolicy> Retries { get; } = new(StringComparer.Ordinal)
    {
        [BuiltInServiceRetries] = ThriceEverySecond,
        [BuiltInActorRetries] = ThriceEverySecond,
        [BuiltInActorReminderRetries] = new() { IsExponential = true },
        [BuiltInInitializationRetries] = new()
        {
            IsExponential = true,
            MaxInterval = TimeSpan.FromSeconds(1),
            MaxElapsed = TimeSpan.FromSeconds(10),
            MaxRetries = 3,
        },
        [BuiltInActorNotFoundRetries] = ThriceEverySecond with { MaxRetries = 5 },
    };

    public Dictionary<string, CircuitBreakerPolicy> CircuitBreakers { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, PolicyNames> Apps { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, PolicyNames> Actors { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, PolicyNames> Inbound { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, PolicyNames> Outbound { get; } = new(StringComparer.Ordinal);

    /// <summary>The default policies of a target that no resource names: the most specific name that is defined, part by part.</summary>
    public PolicyNames DefaultsFor(params ReadOnlySpan<string> levels)
    {
        string? timeout = null, retry = null, breaker = null;
        foreach (var level in (ReadOnlySpan<string>)[.. levels, ""])
        {
            if (timeout is null && Timeouts.ContainsKey($"Default{level}TimeoutPolicy")) timeout = $"Default{level}TimeoutPolicy";
            if (retry is null && Retries.ContainsKey($"Default{level}RetryPolicy")) retry = $"Default{level}RetryPolicy";
            if (breaker is null && CircuitBreakers.ContainsKey($"Default{level}CircuitBreakerPolicy"))
                breaker = $"Default{level}CircuitBreakerPolicy";
        }

        return new PolicyNames(timeout, retry, breaker, "");
    }
}
