using McpMesh.Sidecar.Components;
using YamlDotNet.RepresentationModel;

namespace McpMesh.Sidecar.Resiliency;

/// <summary>Reads <c>spec.policies</c> of a Resiliency resource.</summary>
internal static class PolicyReader
{
    private const int LeastRetriesOfBuiltIns = 3;

    public static void Read(YamlResource resource, YamlMappingNode policies, ResiliencyRules rules, Action<string> warn)
    {
        resource.RefuseOthers(policies, "spec.policies", "timeouts", "retries", "circuitBreakers");
        if (resource.Mapping(policies, "timeouts") is { } timeouts)
        {
            foreach (var (name, _) in resource.Entries(timeouts))
            {
                rules.Timeouts[name] =
                    resource.Duration(timeouts, name) ?? throw resource.Invalid(timeouts, $"timeout '{name}' has no value");
            }
        }

        if (resource.Mapping(policies, "retries") is { } retries)
        {
            foreach (var (name, node) in resource.Entries(retries)) ReadRetry(resource, name, Mapping(resource, name, node), rules, warn);
        }

        if (resource.Mapping(policies, "circuitBreakers") is { } breakers)
        {
            foreach (var (name, node) in resource.Entries(breakers))
                rules.CircuitBreakers[name] = ReadBreaker(resource, name, Mapping(resource, name, node));
        }
    }

    private static YamlMappingNode Mapping(YamlResource resource, string name, YamlNode node) =>
        node as YamlMappingNode ?? throw resource.Invalid(node, $"policy '{name}' must be a mapping");

    private static void ReadRetry(
        YamlResource resource, string name, YamlMappingNode node, ResiliencyRules rules, Action<string> warn)
    {
        resource.RefuseOthers(node, $"spec.policies.retries.{name}", "policy", "duration", "maxInterval", "maxRetries", "matching");
        var defaults = new RetryPolicy();
        var policy = resource.Text(node, "policy") ?? "constant";
        var retry = defaults with
        {
            IsExponential = policy.ToLowerInvariant() switch
            {
                "constant" => false,
                "exponential" => true,
                _ => throw resource.Invalid(node, $"retry '{name}': policy must be constant or exponential, not '{policy}'"),
            },
            Duration = resource.Duration(node, "duration") ?? defaults.Duration,
            MaxInterval = resource.Duration(node, "maxInterval") ?? defaults.MaxInterval,
            MaxRetries = resource.Number(node, "maxRetries", -1) ?? defaults.MaxRetries,
        };
        if (resource.Mapping(node, "matching") is { } matching)
        {
            resource.RefuseOthers(matching, $"spec.policies.retries.{name}.matching", "httpStatusCodes", "gRPCStatusCodes");
            retry = retry with
            {
                HttpStatusCodes = Ranges(resource, matching, "httpStatusCodes", 100, 599),
                GrpcStatusCodes = Ranges(resource, matching, "gRPCStatusCodes", 0, 16),
            };
        }

        if (name == ResiliencyRules.BuiltInActorNotFoundRetries)
        {
            warn($"{resource.At(node)}: {name} cannot be overridden; the built-in policy stays");
            return;
        }

        if (name.StartsWith("DaprBuiltIn", StringComparison.Ordinal) && rules.Retries.ContainsKey(name)
            && retry.MaxRetries < LeastRetriesOfBuiltIns)
        {
            warn($"{resource.At(node)}: {name} did not meet the minimum retry count and is reset to {LeastRetriesOfBuiltIns}");
            retry = retry with { MaxRetries = LeastRetriesOfBuiltIns };
        }

        rules.Retries[name] = retry;
    }

    private static StatusCodeRanges? Ranges(YamlResource resource, YamlMappingNode matching, string field, int least, int most)
    {
        if (resource.Text(matching, field) is not { } text) return null;
        return StatusCodeRanges.TryParse(text, least, most, out var ranges, out var problem)
            ? ranges
            : throw resource.Invalid(YamlResource.Find(matching, field)!, $"{field}: {problem}");
    }

    private static CircuitBreakerPolicy ReadBreaker(YamlResource resource, string name, YamlMappingNode node)
    {
        resource.RefuseOthers(node, $"spec.policies.circuitBreakers.{name}", "maxRequests", "interval", "timeout", "trip");
        var defaults = new CircuitBreakerPolicy();
        return new CircuitBreakerPolicy
        {
            MaxRequests = resource.Number(node, "maxRequests", 0) is { } most and > 0 ? most : defaults.MaxRequests,
            Interval = resource.Duration(node, "interval") ?? defaults.Interval,
            Timeout = resource.Duration(node, "timeout") is { } timeout && timeout > TimeSpan.Zero ? timeout : defaults.Timeout,
            Trip = resource.Text(node, "trip") is { Length: > 0 } ? ReadTrip(resource, name, node) : defaults.Trip,
        };
    }

    private static TripExpression ReadTrip(YamlResource resource, string name, YamlMappingNode node)
    {
        try
        {
            return TripExpression.Parse(resource.Text(node, "trip")!);
        }
        catch (FormatException error)
        {
            throw resource.Invalid(YamlResource.Find(node, "trip")!, $"trip of circuit breaker '{name}': {error.Message}");
        }
    }
}
