namespace McpMesh.Sidecar.PubSub;

/// <summary>Who asked for a subscription; the names are those of the metadata API.</summary>
internal enum SubscriptionKind
{
    Declarative,
    Programmatic,
    Streaming,
}
