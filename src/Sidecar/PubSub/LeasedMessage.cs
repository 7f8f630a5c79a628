namespace McpMesh.Sidecar.PubSub;

/// <summary>A message that this process holds until it settles it or its lease runs out.</summary>
/// <param name="Attempt">1 for the first delivery.</param>
internal sealed record LeasedMessage(long Id, BrokerMessage Message, int Attempt);
