namespace McpMesh.Sidecar.Tests.PubSub.Soak;

/// <summary>What a subscriber makes of an event.</summary>
internal enum SoakFate
{
    Taken,

    /// <summary>Its first deliveries fail.</summary>
    TakenLater,

    /// <summary>Dropped, which makes it a dead letter.</summary>
    Dropped,
}
