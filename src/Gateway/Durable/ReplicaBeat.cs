namespace McpMesh.Gateway.Durable;

/// <summary>Says that a replica lives.</summary>
/// <param name="Number">Grows with every beat.</param>
internal sealed record ReplicaBeat(long Number);
