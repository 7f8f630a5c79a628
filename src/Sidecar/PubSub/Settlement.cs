namespace McpMesh.Sidecar.PubSub;

/// <summary>How a delivery ended.</summary>
/// <param name="RetryAfter">Null when the message is done with; otherwise when it may be delivered again.</param>
/// <param name="DeadLetter">Published in the same transaction that removes the message.</param>
/// <param name="CountsAsAttempt">False when the app could not be reached at all.</param>
internal readonly record struct Settlement(
    long MessageId, TimeSpan? RetryAfter, BrokerMessage? DeadLetter = null, bool CountsAsAttempt = true);
