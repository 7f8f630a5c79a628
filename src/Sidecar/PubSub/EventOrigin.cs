namespace McpMesh.Sidecar.PubSub;

/// <summary>What an envelope says beyond the data.</summary>
/// <param name="Overrides">Request metadata; <c>cloudevent.*</c> entries replace attributes.</param>
internal sealed record EventOrigin(
    string AppId,
    string PubSubName,
    string Topic,
    string TraceParent,
    string TraceState,
    IReadOnlyDictionary<string, string> Overrides)
{
    /// <summary>Told in the envelope when the broker does not know of times to live.</summary>
    public DateTimeOffset? Expiration { get; init; }
}
