namespace McpMesh.Sidecar.PubSub;

/// <summary>A topic that the app takes, and where its messages go.</summary>
/// <param name="Rules">The first that matches decides; a default route is a last rule without a condition.</param>
/// <param name="Bulk">Null for one message a request.</param>
internal sealed record Subscription(
    SubscriptionKind Kind,
    string PubSubName,
    string Topic,
    string? DeadLetterTopic,
    IReadOnlyDictionary<string, string> Metadata,
    IReadOnlyList<RouteRule> Rules,
    BulkOptions? Bulk)
{
    /// <summary>Messages are taken as bytes, whatever they are, and reach the app in an envelope made here.</summary>
    public bool IsRaw { get; } = GoBoolean.TryParse(Metadata.GetValueOrDefault("rawPayload", ""), out var raw) && raw;
}
