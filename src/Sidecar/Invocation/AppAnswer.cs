namespace McpMesh.Sidecar.Invocation;

/// <summary>The app's answer to a request of the sidecar itself.</summary>
internal sealed record AppAnswer(int Status, ReadOnlyMemory<byte> Body);
