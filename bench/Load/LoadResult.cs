namespace McpMesh.Bench.Load;

/// <summary>What one pass measured.</summary>
/// <param name="Calls">Completed calls.</param>
/// <param name="CallsPerSecond">Completed calls per second over all connections.</param>
/// <param name="P50">Median latency in milliseconds.</param>
/// <param name="P99">99th percentile in milliseconds.</param>
internal sealed record LoadResult(int Calls, double CallsPerSecond, double P50, double P99);
