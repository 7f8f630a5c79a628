namespace McpMesh.Sidecar.PubSub;

/// <summary>What became of a message.</summary>
internal enum DeliveryOutcome
{
    Success,

    /// <summary>The app, or this sidecar for it, could not handle it now.</summary>
    Retry,

    /// <summary>The app does not want it, or no route takes it.</summary>
    Drop,

    /// <summary>Its time to live was over before it was delivered.</summary>
    Expired,

    /// <summary>The app took no connection: nothing was delivered, and it does not count as an attempt.</summary>
    Unreachable,
}
