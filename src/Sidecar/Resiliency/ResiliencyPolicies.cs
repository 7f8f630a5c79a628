using System.Collections.Concurrent;
using McpMesh.Sidecar.Metrics;

namespace McpMesh.Sidecar.Resiliency;

/// <summary>
/// Which policies apply to whom. What an operation finds here it keeps to its end; <see cref="Replace"/> is for those that begin later.
/// </summary>
internal sealed partial class ResiliencyPolicies(ResiliencyRules initial, SidecarMetrics metrics, TimeProvider clock, ILogger logger)
{
    private volatile InUse _current = new(initial);

    /// <summary>The names of the Resiliency resources in use.</summary>
    public IReadOnlyList<string> Names => _current.Rules.Names;

    /// <summary>Circuits start anew.</summary>
    public void Replace(ResiliencyRules rules) => _current = new InUse(rules);

    /// <summary>Whether a resource names this app as a target, which switches the built-in retries of invocation off.</summary>
    public bool IsTarget(string appId) => _current.Rules.Apps.ContainsKey(appId);

    /// <summary>For service invocation. Each method of an app has its own circuit.</summary>
    public PolicyPipeline ForApp(string appId, string method)
    {
        var current = _current;
        var isTarget = current.Rules.Apps.TryGetValue(appId, out var given);
        var names = given ?? current.AppDefaults;
        if (names == PolicyNames.None) return PolicyPipeline.None;
        var cache = isTarget ? current.Apps.GetOrAdd(appId, _ => new PolicyCache(names.CircuitBreakerCacheSize)) : current.OtherApps;
        var target = names.CircuitBreaker is null ? appId : $"{appId}:{method}";
        return cache.Get(target, key => Build(current.Rules, $"endpoint[{key}]", key, names));
    }

    /// <summary>For calls of this sidecar to a component.</summary>
    public PolicyPipeline ForComponentOutbound(string name, ComponentKind kind) =>
        ForComponent(_current, name, kind, _current.Rules.Outbound, "Outbound");

    /// <summary>For what a component brings to the app: each delivery of an event runs under it.</summary>
    public PolicyPipeline ForComponentInbound(string name, ComponentKind kind = ComponentKind.Pubsub) =>
        ForComponent(_current, name, kind, _current.Rules.Inbound, "Inbound");

    /// <summary>One of the policies named <c>DaprBuiltIn…</c>.</summary>
    public PolicyPipeline BuiltIn(string name)
    {
        var current = _current;
        return current.Components.GetOrAdd(
            ("", name), _ => new PollyPipeline(name, null, current.Rules.Retries[name], null, metrics, clock, logger));
    }

    private PolicyPipeline ForComponent(
        InUse current, string name, ComponentKind kind, Dictionary<string, PolicyNames> targets, string direction)
    {
        // Most sidecars have no policy at all, and an operation shall not pay for that.
        if (current.HasNoComponentPolicy) return PolicyPipeline.None;
        if (current.Components.TryGetValue((direction, name), out var known)) return known;
        var names = targets.TryGetValue(name, out var given)
            ? given
            : current.Rules.DefaultsFor($"{kind}Component{direction}", $"Component{direction}", "Component");
        var built = Build(current.Rules, $"component[{name}] {(direction == "Inbound" ? "input" : "output")}", name, names);
        return current.Components.GetOrAdd((direction, name), built);
    }

    private PolicyPipeline Build(ResiliencyRules rules, string target, string circuit, PolicyNames names)
    {
        if (names is { Timeout: null, Retry: null, CircuitBreaker: null }) return PolicyPipeline.None;
        CircuitBreaker? breaker = null;
        if (names.CircuitBreaker is { } name)
        {
            breaker = new CircuitBreaker(
                rules.CircuitBreakers[name], clock, (from, to) =>
                {
                    Changed(logger, $"{name}-{circuit}", Text(from), Text(to));
                    metrics.PolicyActivated("circuitbreaker", target);
                    metrics.CircuitIs(target, to switch { CircuitState.Closed => 0, CircuitState.HalfOpen => 1, _ => 2 });
                });
        }

        return new PollyPipeline(
            target, names.Timeout is { } timeout ? rules.Timeouts[timeout] : null, names.Retry is { } retry ? rules.Retries[retry] : null,
            breaker, metrics, clock, logger);
    }

    private static string Text(CircuitState state) => state switch
    {
        CircuitState.Closed => "closed",
        CircuitState.Open => "open",
        _ => "half-open",
    };

    [LoggerMessage(61, LogLevel.Information, "Circuit breaker \"{Circuit}\" changed state from {From} to {To}")]
    private static partial void Changed(ILogger logger, string circuit, string from, string to);

    private sealed class InUse(ResiliencyRules rules)
    {
        public ResiliencyRules Rules { get; } = rules;

        public PolicyNames AppDefaults { get; } = rules.DefaultsFor("App");

        public bool HasNoComponentPolicy { get; } =
            rules.Inbound.Count == 0 && rules.Outbound.Count == 0 && rules.Timeouts.Count == 0 && rules.CircuitBreakers.Count == 0
            && !rules.Retries.Keys.Any(name => name.StartsWith("Default", StringComparison.Ordinal));

        public ConcurrentDictionary<string, PolicyCache> Apps { get; } = new(StringComparer.Ordinal);

        /// <summary>Those under default policies. Their names come from callers, so there is an end to how many are kept.</summary>
        public PolicyCache OtherApps { get; } = new(1000);

        public ConcurrentDictionary<(string Direction, string Name), PolicyPipeline> Components { get; } = new();
    }
}
