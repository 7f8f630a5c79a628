using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Dapr.AspNetCore;

/// <summary>One entry of <c>GET /dapr/subscribe</c>.</summary>
internal sealed record Subscription(
    string Topic,
    string PubsubName,
    string? Route,
    SubscriptionRoutes? Routes,
    IReadOnlyDictionary<string, string>? Metadata,
    string? DeadLetterTopic,
    BulkSubscription? BulkSubscribe)
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private static readonly Dictionary<string, string> RawPayload = new() { ["rawPayload"] = "true" };

    internal static IEnumerable<Subscription> Of(IEnumerable<RouteEndpoint> endpoints, SubscribeOptions? options) => endpoints
        .SelectMany(endpoint => endpoint.Metadata.GetOrderedMetadata<ITopicMetadata>().Select(topic => (Endpoint: endpoint, Topic: topic)))
        .GroupBy(entry => (entry.Topic.PubsubName, entry.Topic.Name))
        .OrderBy(group => group.Key.PubsubName, StringComparer.Ordinal)
        .ThenBy(group => group.Key.Name, StringComparer.Ordinal)
        .Select(group => Of(group.Key.PubsubName, group.Key.Name, [.. group.OrderBy(entry => entry.Topic.Priority)], options));

    private static Subscription Of(
        string pubsub, string topic, (RouteEndpoint Endpoint, ITopicMetadata Topic)[] entries, SubscribeOptions? options)
    {
        SubscriptionRule[] rules = [.. entries
            .Where(entry => !string.IsNullOrEmpty(entry.Topic.Match))
            .Select(entry => new SubscriptionRule(entry.Topic.Match, Path(entry.Endpoint)))];
        var fallback = entries
            .Where(entry => string.IsNullOrEmpty(entry.Topic.Match))
            .Select(entry => Path(entry.Endpoint))
            .FirstOrDefault();
        var raw = options?.EnableRawPayload == true || entries.Any(entry => entry.Topic is IRawTopicMetadata { EnableRawPayload: true });
        var bulk = entries
            .SelectMany(entry => entry.Endpoint.Metadata.GetOrderedMetadata<IBulkSubscribeMetadata>())
            .FirstOrDefault(metadata => metadata.TopicName == topic);
        return new Subscription(
            topic,
            pubsub,
            rules.Length == 0 ? fallback : null,
            rules.Length == 0 ? null : new SubscriptionRoutes(rules, fallback),
            raw ? RawPayload : null,
            entries
                .Select(entry => (entry.Topic as IDeadLetterTopicMetadata)?.DeadLetterTopic)
                .FirstOrDefault(name => !string.IsNullOrEmpty(name)),
            bulk is null ? null : new BulkSubscription(true, bulk.MaxMessagesCount, bulk.MaxAwaitDurationMs));
    }

    private static string Path(RouteEndpoint endpoint) => string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment =>
        string.Concat(segment.Parts.Select(part => part is RoutePatternLiteralPart literal
            ? literal.Content
            : throw new InvalidOperationException(
                $"The topic route '{endpoint.RoutePattern.RawText}' has a parameter; a topic route must be literal.")))));
}
