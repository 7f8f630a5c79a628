namespace McpMesh.Sidecar.PubSub;

/// <summary>One entry of a bulk publish.</summary>
internal sealed record BulkEntry(string Id, ReadOnlyMemory<byte> Data, string ContentType, IReadOnlyDictionary<string, string> Metadata);
