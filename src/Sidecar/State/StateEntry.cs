namespace McpMesh.Sidecar.State;

/// <summary>A stored value.</summary>
/// <param name="Expires">Unix milliseconds, null for never.</param>
internal sealed record StateEntry(byte[] Value, string Etag, long? Expires);
