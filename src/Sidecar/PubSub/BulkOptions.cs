namespace McpMesh.Sidecar.PubSub;

/// <summary>Bulk delivery: the most messages of one request.</summary>
internal sealed record BulkOptions(int MostMessages);
