namespace McpMesh.Sidecar.PubSub;

/// <summary>Bulk delivery.</summary>
/// <param name="MostMessages">The most messages of one request.</param>
/// <param name="Collect">How long, after a request that was not full, the next one may fill; zero: it goes as soon as there is
/// one message.</param>
internal sealed record BulkOptions(int MostMessages, TimeSpan Collect);
