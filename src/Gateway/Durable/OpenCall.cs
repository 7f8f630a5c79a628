namespace McpMesh.Gateway.Durable;

/// <summary>A call whose result has not been delivered yet.</summary>
/// <param name="Id">Call id.</param>
/// <param name="Holder">Replica that holds the agent's stream; null when that broke.</param>
internal sealed record OpenCall(string Id, string? Holder);
