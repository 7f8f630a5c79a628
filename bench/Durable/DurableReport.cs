using McpMesh.Bench.Load;

namespace McpMesh.Bench.Durable;

/// <summary>What a treatment gave over all passes.</summary>
/// <param name="OfDirect">Its calls per second as a share of the direct call's, pass by pass.</param>
internal sealed record DurableReport(string Name, Spread CallsPerSecond, double P50, double P99, Spread OfDirect);
