namespace McpMesh.Sidecar.PubSub;

/// <summary>A topic that the app takes, and where its messages go.</summary>
/// <param name="Bulk">Null for one message a request.</param>
internal sealed record Subscription(
    string PubSubName,
    string Topic,
    string? DeadLetterTopic,
    bool IsRaw,
    IReadOnlyList<RouteRule> Rules,
    string? DefaultPath,
    BulkOptions? Bulk);
