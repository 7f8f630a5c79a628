namespace McpMesh.AppHost.Readiness;

/// <summary>One process of the mesh.</summary>
/// <param name="Name">Name of the resource, with its number if it has replicas.</param>
/// <param name="Pid">Process id; null once it has ended.</param>
/// <param name="Url">Its own URL, if it has one.</param>
/// <param name="State"><c>Healthy</c>, or the state by name.</param>
internal sealed record ResourceLine(string Name, int? Pid, string? Url, string State);
