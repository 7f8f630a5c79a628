using McpMesh.Bench.Load;

namespace McpMesh.Bench.Gateway;

/// <summary>One pass of one treatment.</summary>
/// <param name="Load">What the load saw.</param>
/// <param name="Processors">Processor time in microseconds a call, by resource.</param>
internal sealed record Pass(LoadResult Load, IReadOnlyDictionary<string, double> Processors);
