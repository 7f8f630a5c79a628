namespace McpMesh.Sidecar.PubSub;

/// <summary>What a publisher hands to the broker.</summary>
/// <param name="Payload">A CloudEvent in JSON, or the publisher's own bytes when <paramref name="IsRaw"/>.</param>
/// <param name="Expires">Unix milliseconds, null for never.</param>
/// <param name="Metadata">What the publisher sent along; the app sees it as headers. Null for none.</param>
internal sealed record BrokerMessage(
    string Topic, byte[] Payload, string ContentType, bool IsRaw, long? Expires, MessageMetadata? Metadata = null);
