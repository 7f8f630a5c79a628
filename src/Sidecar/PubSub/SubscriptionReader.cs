using McpMesh.Sidecar.Components;
using YamlDotNet.RepresentationModel;

namespace McpMesh.Sidecar.PubSub;

/// <summary>Reads Subscription resources (dapr.io/v2alpha1, and dapr.io/v1alpha1 with its single route).</summary>
internal static class SubscriptionReader
{
    /// <summary>Those that are for this app; the first for a topic wins, as in daprd.</summary>
    /// <exception cref="Hosting.StartupException">A resource is malformed or doubly named, or a match is not served.</exception>
    public static IReadOnlyList<Subscription> Read(IEnumerable<YamlResource> resources, string appId)
    {
        var subscriptions = new List<Subscription>();
        var sources = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var resource in resources)
        {
            var root = resource.Root;
            resource.RefuseOthers(root, "", "apiVersion", "kind", "metadata", "spec", "scopes");
            var metadata = resource.Mapping(root, "metadata") ?? throw resource.Invalid(root, "field 'metadata' is required");
            var name = resource.Require(metadata, "name");
            var spec = resource.Mapping(root, "spec") ?? throw resource.Invalid(root, "field 'spec' is required");
            var subscription = ReadSpec(resource, spec);
            var scopes = resource.Texts(root, "scopes");
            if (scopes.Count > 0 && !scopes.Contains(appId, StringComparer.Ordinal)) continue;
            if (!sources.TryAdd(name, resource.Source))
                throw resource.Invalid(root, $"subscription '{name}' is already defined at {sources[name]}");
            subscriptions.Add(subscription);
        }

        return subscriptions;
    }

    private static Subscription ReadSpec(YamlResource resource, YamlMappingNode spec)
    {
        var isFirst = resource.Require(resource.Root, "apiVersion") switch
        {
            "dapr.io/v1alpha1" => true,
            "dapr.io/v2alpha1" => false,
            var other => throw resource.Invalid(
                resource.Root, $"apiVersion of a Subscription must be dapr.io/v2alpha1 or dapr.io/v1alpha1, not {other}"),
        };
        resource.RefuseOthers(
            spec, "spec", "pubsubname", "topic", isFirst ? "route" : "routes", "metadata", "deadLetterTopic", "bulkSubscribe");
        return new Subscription(
            SubscriptionKind.Declarative,
            resource.Require(spec, "pubsubname"),
            resource.Require(spec, "topic"),
            resource.Text(spec, "deadLetterTopic") is { Length: > 0 } deadLetterTopic ? deadLetterTopic : null,
            ReadMetadata(resource, spec),
            isFirst ? [RouteRule.Parse(null, resource.Require(spec, "route"))] : ReadRoutes(resource, spec),
            ReadBulk(resource, spec));
    }

    private static List<RouteRule> ReadRoutes(YamlResource resource, YamlMappingNode spec)
    {
        var routes = resource.Mapping(spec, "routes") ?? throw resource.Invalid(spec, "field 'spec.routes' is required");
        resource.RefuseOthers(routes, "spec.routes", "rules", "default");
        var rules = new List<RouteRule>();
        foreach (var rule in resource.Mappings(routes, "rules"))
        {
            resource.RefuseOthers(rule, "spec.routes.rules", "match", "path");
            try
            {
                rules.Add(RouteRule.Parse(resource.Text(rule, "match"), resource.Require(rule, "path")));
            }
            catch (FormatException error)
            {
                throw resource.Invalid(rule, $"spec.routes.rules: {error.Message}");
            }
        }

        if (resource.Text(routes, "default") is { Length: > 0 } path) rules.Add(RouteRule.Parse(null, path));
        return rules.Count > 0 ? rules : throw resource.Invalid(routes, "spec.routes needs rules or a default");
    }

    private static Dictionary<string, string> ReadMetadata(YamlResource resource, YamlMappingNode spec)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        if (resource.Mapping(spec, "metadata") is not { } items) return metadata;
        foreach (var (name, value) in resource.Entries(items))
        {
            var text = (value as YamlScalarNode)?.Value ?? throw resource.Invalid(value, $"spec.metadata.{name} must be text");
            if (name == "rawPayload" && !GoBoolean.TryParse(text, out _))
                throw resource.Invalid(value, $"spec.metadata.rawPayload must be true or false, not '{text}'");
            metadata[name] = text;
        }

        return metadata;
    }

    private static BulkOptions? ReadBulk(YamlResource resource, YamlMappingNode spec)
    {
        if (resource.Mapping(spec, "bulkSubscribe") is not { } bulk) return null;
        resource.RefuseOthers(bulk, "spec.bulkSubscribe", "enabled", "maxMessagesCount", "maxAwaitDurationMs");
        var (most, wait) = (resource.Number(bulk, "maxMessagesCount", 0), resource.Number(bulk, "maxAwaitDurationMs", 0));
        return resource.Boolean(bulk, "enabled") is true ? BulkOptions.Of(most, wait) : null;
    }
}
