using System.Text.Json;

namespace McpMesh.Sidecar.PubSub;

/// <summary>Reads what an app answers to <c>GET /dapr/subscribe</c>. Field names are matched case-insensitively, as daprd does.</summary>
internal static class SubscriptionList
{
    /// <param name="body">The app's answer.</param>
    /// <param name="refused">Told of each entry that cannot be served, with the reason.</param>
    /// <exception cref="JsonException">The answer is not a JSON array.</exception>
    public static IReadOnlyList<Subscription> Read(ReadOnlyMemory<byte> body, Action<string> refused)
    {
        if (body.IsEmpty) return [];
        using var document = JsonDocument.Parse(body);
        if (document.RootElement.ValueKind == JsonValueKind.Null) return [];
        if (document.RootElement.ValueKind != JsonValueKind.Array) throw new JsonException("an array is expected");
        var subscriptions = new List<Subscription>();
        foreach (var entry in document.RootElement.EnumerateArray())
        {
            try
            {
                subscriptions.Add(ReadEntry(entry));
            }
            catch (FormatException error)
            {
                refused(error.Message);
            }
        }

        return subscriptions;
    }

    /// <exception cref="FormatException">Says why the entry cannot be served.</exception>
    private static Subscription ReadEntry(JsonElement entry)
    {
        var pubSub = Text(entry, "pubsubname");
        var topic = Text(entry, "topic");
        if (pubSub is null || topic is null) throw new FormatException("an entry without pubsubname or topic");
        var rules = ReadRules(entry, topic);
        if (rules.Count == 0) throw new FormatException($"topic {topic} has no route");
        return new Subscription(
            SubscriptionKind.Programmatic, pubSub, topic, Text(entry, "deadLetterTopic"), ReadMetadata(entry, topic), rules,
            ReadBulk(entry));
    }

    private static List<RouteRule> ReadRules(JsonElement entry, string topic)
    {
        var routes = Find(entry, "routes");
        var rules = new List<RouteRule>();
        try
        {
            if (routes is { } declared && Find(declared, "rules") is { ValueKind: JsonValueKind.Array } list)
            {
                foreach (var rule in list.EnumerateArray())
                    rules.Add(RouteRule.Parse(Text(rule, "match"), Text(rule, "path") ?? throw new FormatException("a rule has no path")));
            }
        }
        catch (FormatException error)
        {
            throw new FormatException($"topic {topic}: {error.Message}");
        }

        if (((routes is { } table ? Text(table, "default") : null) ?? Text(entry, "route")) is { } route)
            rules.Add(RouteRule.Parse(null, route));
        return rules;
    }

    private static Dictionary<string, string> ReadMetadata(JsonElement entry, string topic)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Find(entry, "metadata") is not { ValueKind: JsonValueKind.Object } items) return metadata;
        foreach (var item in items.EnumerateObject()) metadata[item.Name] = item.Value.ToString();
        return GoBoolean.TryParse(metadata.GetValueOrDefault("rawPayload", "false"), out _)
            ? metadata
            : throw new FormatException($"topic {topic}: metadata rawPayload must be true or false, not '{metadata["rawPayload"]}'");
    }

    private static BulkOptions? ReadBulk(JsonElement entry) =>
        Find(entry, "bulkSubscribe") is { } bulk && Find(bulk, "enabled") is { ValueKind: JsonValueKind.True }
            ? BulkOptions.Of(Number(bulk, "maxMessagesCount"), Number(bulk, "maxAwaitDurationMs"))
            : null;

    private static int? Number(JsonElement item, string name) =>
        Find(item, name) is { ValueKind: JsonValueKind.Number } given && given.TryGetInt32(out var number) ? number : null;

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
