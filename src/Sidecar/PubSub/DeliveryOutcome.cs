namespace McpMesh.Sidecar.PubSub;

/// <summary>What the app made of a message.</summary>
internal enum DeliveryOutcome
{
    Success,
    Retry,
    Drop,

    /// <summary>The app took no connection: nothing was delivered, and it does not count as an attempt.</summary>
    Unreachable,
}
