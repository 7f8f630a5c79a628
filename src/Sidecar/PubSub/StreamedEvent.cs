namespace McpMesh.Sidecar.PubSub;

/// <summary>An event on its way to a stream.</summary>
/// <param name="Id">The CloudEvent's, by which the receiver answers.</param>
/// <param name="Envelope">The CloudEvent, in JSON.</param>
/// <param name="Metadata">What the publisher sent along; null for nothing.</param>
internal sealed record StreamedEvent(
    string Id, string Topic, string PubSubName, string Path, ReadOnlyMemory<byte> Envelope, MessageMetadata? Metadata);
