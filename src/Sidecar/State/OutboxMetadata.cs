using McpMesh.Sidecar.Components;
using McpMesh.Sidecar.Hosting;

namespace McpMesh.Sidecar.State;

/// <summary>
/// The transactional outbox of Dapr's state stores, which this sidecar does not have. Left out silently, transactions would lose the events
/// that they are to publish.
/// </summary>
internal static class OutboxMetadata
{
    private static readonly string[] Items =
        ["outboxPublishPubsub", "outboxPublishTopic", "outboxPubsub", "outboxDiscardWhenMissingState"];

    /// <exception cref="StartupException">The component asks for an outbox.</exception>
    public static Component Refused(Component component) => Array.Find(Items, item => component.Find(item) is not null) is { } item
        ? throw component.Invalid($"metadata '{item}': the outbox is not served by the embedded sidecar; run this mesh on daprd")
        : component;
}
