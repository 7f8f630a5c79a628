using McpMesh.Sidecar.Components;
using McpMesh.Sidecar.Hosting;
using McpMesh.Sidecar.Resiliency;
using McpMesh.Sidecar.Tests.Harness;

namespace McpMesh.Sidecar.Tests.Resiliency;

public sealed class ResiliencyReaderTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Policies_are_read_with_daprd_s_defaults()
    {
        var rules = Read("""
              policies:
                timeouts: { fast: 250ms, plain: 1500 }
                retries:
                  empty: {}
                  grow:
                    policy: exponential
                    maxInterval: 1m
                    maxRetries: 4
                    matching: { httpStatusCodes: "429,500-599", gRPCStatusCodes: "2-4" }
                circuitBreakers:
                  plain: {}
                  own: { maxRequests: 3, interval: 8s, timeout: 45s, trip: "consecutiveFailures > 8" }
            """);
        Assert.Equal(TimeSpan.FromMilliseconds(250), rules.Timeouts["fast"]);
        Assert.Equal(TimeSpan.FromSeconds(1.5), rules.Timeouts["plain"]);
        Assert.Equal(new RetryPolicy(), rules.Retries["empty"]);
        var empty = rules.Retries["empty"];
        Assert.Equal((false, TimeSpan.FromSeconds(5), -1), (empty.IsExponential, empty.Duration, empty.MaxRetries));
        var grow = rules.Retries["grow"];
        Assert.Equal((true, TimeSpan.FromMinutes(1), 4), (grow.IsExponential, grow.MaxInterval, grow.MaxRetries));
        Assert.Equal([true, true, false, true, false], new[] { 429, 503, 404, 3, 14 }.Select(grow.Matches));
        var plain = rules.CircuitBreakers["plain"];
        Assert.Equal((1, TimeSpan.Zero, TimeSpan.FromSeconds(60)), (plain.MaxRequests, plain.Interval, plain.Timeout));
        Assert.Equal("consecutiveFailures > 5", plain.Trip.Text);
        var own = rules.CircuitBreakers["own"];
        Assert.Equal((3, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(45)), (own.MaxRequests, own.Interval, own.Timeout));
    }

    [Theory]
    [InlineData("policies: { timeout: {} }", "unknown field 'spec.policies.timeout'")]
    [InlineData("policies: { timeouts: { t: soon } }", "t must be a duration such as 5s")]
    [InlineData("policies: { retries: { r: { policy: linear } } }", "policy must be constant or exponential, not 'linear'")]
    [InlineData("policies: { retries: { r: { maxRetries: some } } }", "maxRetries must be a whole number from -1")]
    [InlineData("policies: { retries: { r: { retries: 3 } } }", "unknown field 'spec.policies.retries.r.retries'")]
    [InlineData("policies: { retries: { r: { matching: { httpStatusCodes: '5x-' } } } }", "httpStatusCodes: '5x-' is neither a code nor")]
    [InlineData("policies: { retries: { r: { matching: { gRPCStatusCodes: '17' } } } }", "gRPCStatusCodes: '17' is not a range within")]
    [InlineData("policies: { circuitBreakers: { c: { trip: 'fails > 1' } } }", "trip of circuit breaker 'c': column 1: 'fails' is none of")]
    [InlineData("targets: { apps: { a: { timeout: none } } }", "timeout 'none' is not defined under spec.policies.timeouts")]
    [InlineData("targets: { components: { c: { retry: r } } }", "unknown field 'spec.targets.components.c.retry'")]
    [InlineData("targets: { components: { c: { outbound: { circuitBreaker: x } } } }", "circuitBreaker 'x' is not defined")]
    [InlineData("targets: { actors: { a: { circuitBreaker: x } } }", "circuitBreakerScope must be type, id or both")]
    public void A_mistake_names_file_line_and_rule(string line, string problem)
    {
        var error = Assert.Throws<StartupException>(() => Read("  " + line));
        Assert.Contains("resiliency.yaml:5: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_override_of_a_built_in_policy_below_three_retries_is_raised_to_three()
    {
        var rules = Read("  policies: { retries: { DaprBuiltInServiceRetries: { duration: 20ms, maxRetries: 1 } } }");
        var retry = rules.Retries["DaprBuiltInServiceRetries"];
        Assert.Equal((3, TimeSpan.FromMilliseconds(20)), (retry.MaxRetries, retry.Duration));
        Assert.Contains("reset to 3", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void The_built_in_policy_for_actors_not_found_cannot_be_overridden()
    {
        var rules = Read("  policies: { retries: { DaprBuiltInActorNotFoundRetries: { maxRetries: 9 } } }");
        Assert.Equal(5, rules.Retries["DaprBuiltInActorNotFoundRetries"].MaxRetries);
        Assert.Contains("cannot be overridden", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_resource_scoped_to_other_apps_has_no_effect() =>
        Assert.Empty(Read("  policies: { timeouts: { t: 5s } }\nscopes: [other]").Timeouts);

    [Fact]
    public void Default_policies_are_found_from_the_most_specific_name_to_the_least()
    {
        var rules = Read("""
              policies:
                timeouts:
                  DefaultTimeoutPolicy: 1s
                  DefaultComponentTimeoutPolicy: 2s
                  DefaultStatestoreComponentOutboundTimeoutPolicy: 3s
                retries: { DefaultComponentOutboundRetryPolicy: {}, DefaultAppRetryPolicy: {} }
                circuitBreakers: { DefaultCircuitBreakerPolicy: {} }
            """);
        Assert.Equal(
            new PolicyNames(
                "DefaultStatestoreComponentOutboundTimeoutPolicy", "DefaultComponentOutboundRetryPolicy", "DefaultCircuitBreakerPolicy",
                ""),
            rules.DefaultsFor("StatestoreComponentOutbound", "ComponentOutbound", "Component"));
        Assert.Equal(
            new PolicyNames("DefaultComponentTimeoutPolicy", null, "DefaultCircuitBreakerPolicy", ""),
            rules.DefaultsFor("PubsubComponentInbound", "ComponentInbound", "Component"));
        Assert.Equal(
            new PolicyNames("DefaultTimeoutPolicy", "DefaultAppRetryPolicy", "DefaultCircuitBreakerPolicy", ""), rules.DefaultsFor("App"));
    }

    private ResiliencyRules Read(string spec)
    {
        var head = "apiVersion: dapr.io/v1alpha1\nkind: Resiliency\nmetadata: { name: rules }\nspec:\n";
        var file = _folder.Write("resiliency.yaml", head + spec + "\n");
        return ResiliencyReader.Read(YamlResource.ReadFile(file), "me", _warnings.Add);
    }
}
