namespace McpMesh.Sidecar.State;

/// <summary>A concurrent change came first: HTTP 409.</summary>
internal sealed class EtagMismatchException(string reason) : Exception($"possible etag mismatch. error from state store: {reason}");
