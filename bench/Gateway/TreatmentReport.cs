using McpMesh.Bench.Load;

namespace McpMesh.Bench.Gateway;

/// <summary>One row of the report: means over the passes, with the spread.</summary>
internal sealed record TreatmentReport(string Name, double CallsPerSecond, double Minimum, double Maximum, double P50, double P99)
{
    /// <summary>Throughput as a ratio to the backend without anything before it.</summary>
    public double OfDirect { get; init; }

    /// <summary>Throughput as a ratio to the minimal forwarder.</summary>
    public double OfForwarder { get; init; }

    public static TreatmentReport Of(string name, IReadOnlyList<LoadResult> passes) => new(
        name,
        passes.Average(p => p.CallsPerSecond),
        passes.Min(p => p.CallsPerSecond),
        passes.Max(p => p.CallsPerSecond),
        passes.Average(p => p.P50),
        passes.Average(p => p.P99));
}
