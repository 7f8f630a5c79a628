namespace McpMesh.Chaos;

/// <summary>What a run does.</summary>
/// <param name="Seed">Decides which faults come, when, and on whom.</param>
/// <param name="Agents">At work at a time.</param>
/// <param name="WithoutDeduplication">The adapters forget call ids.</param>
internal sealed record ChaosPlan(TimeSpan Length, int Seed, int Agents, bool WithoutDeduplication);
