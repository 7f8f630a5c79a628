namespace McpMesh.Gateway.Lists;

/// <summary>A list over all servers of a path, ready to be sent.</summary>
/// <param name="Result">The JSON-RPC result.</param>
/// <param name="IsComplete">False when a server's share is missing; such a list is not kept.</param>
internal sealed record MeshList(ReadOnlyMemory<byte> Result, bool IsComplete);
