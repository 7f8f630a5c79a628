using System.Text.Json;

namespace McpMesh.Sidecar.PubSub;

/// <summary>Reads what an app answers to <c>GET /dapr/subscribe</c>. Field names are matched case-insensitively, as daprd does.</summary>
internal static class SubscriptionList
{
    private const int DefaultBulkMessages = 100;

    private static readonly TimeSpan LongestCollect = TimeSpan.FromSeconds(10);

    /// <param name="body">The app's answer.</param>
    /// <param name="refused">Told of each entry that cannot be served, with the reason.</param>
    /// <exception cref="JsonException">The answer is not a JSON array.</exception>
    public static IReadOnlyList<Subscription> Read(ReadOnlyMemory<byte> body, Action<string> refused)
    {
        using var document = JsonDocument.Parse(body);
        if (document.RootElement.ValueKind == JsonValueKind.Null) return [];
        if (document.RootElement.ValueKind != JsonValueKind.Array) throw new JsonException("an array is expected");
        var subscriptions = new List<Subscription>();
        foreach (var entry in document.RootElement.EnumerateArray())
        {
            if (ReadEntry(entry, refused) is { } subscription)
                subscriptions.Add(subscription);
        }

        return subscriptions;
    }

    private static Subscription? ReadEntry(JsonElement entry, Action<string> refused)
    {
        var pubSub = Text(entry, "pubsubname");
        var topic = Text(entry, "topic");
        if (pubSub is null || topic is null)
        {
            refused("an entry without pubsubname or topic");
            return null;
        }

        var routes = Find(entry, "routes");
        var rules = new List<RouteRule>();
        if (routes is { } declared && Find(declared, "rules") is { ValueKind: JsonValueKind.Array } list)
        {
            foreach (var rule in list.EnumerateArray())
            {
                var match = Text(rule, "match") ?? "";
                if (!EventMatch.TryParse(match, out var parsed) || Text(rule, "path") is not { } path)
                {
                    refused($"topic {topic}: the rule '{match}' is not a comparison of event attributes");
                    return null;
                }

                rules.Add(new RouteRule(parsed!, Absolute(path)));
            }
        }

        var route = (routes is { } table ? Text(table, "default") : null) ?? Text(entry, "route");
        if (route is null && rules.Count == 0)
        {
            refused($"topic {topic} has no route");
            return null;
        }

        var raw = Find(entry, "metadata") is { } metadata && Find(metadata, "rawPayload") is { } flag
            && flag.ToString() is "true" or "True";
        return new Subscription(
            pubSub, topic, Text(entry, "deadLetterTopic"), raw, rules, route is null ? null : Absolute(route), ReadBulk(entry));
    }

    private static BulkOptions? ReadBulk(JsonElement entry)
    {
        if (Find(entry, "bulkSubscribe") is not { } bulk || Find(bulk, "enabled") is not { ValueKind: JsonValueKind.True }) return null;
        var most = Positive(bulk, "maxMessagesCount") ?? DefaultBulkMessages;
        var collect = TimeSpan.FromMilliseconds(Positive(bulk, "maxAwaitDurationMs") ?? 0);
        return new BulkOptions(Math.Min(most, 1000), collect < LongestCollect ? collect : LongestCollect);
    }

    private static int? Positive(JsonElement item, string name) =>
        Find(item, name) is { ValueKind: JsonValueKind.Number } given && given.TryGetInt32(out var number) && number > 0 ? number : null;

    private static string Absolute(string path) => path.StartsWith('/') ? path : "/" + path;

    private static string? Text(JsonElement item, string name) =>
        Find(item, name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text ? text : null;

    private static JsonElement? Find(JsonElement item, string name)
    {
        if (item.ValueKind != JsonValueKind.Object) return null;
        foreach (var property in item.EnumerateObject())
        {
            if (property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return property.Value;
        }

        return null;
    }
}
