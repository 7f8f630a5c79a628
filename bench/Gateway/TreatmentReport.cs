using McpMesh.Bench.Load;

namespace McpMesh.Bench.Gateway;

/// <summary>One row of the report.</summary>
/// <param name="Name">The treatment.</param>
/// <param name="CallsPerSecond">Throughput over the passes.</param>
/// <param name="P50">Mean of the passes' medians, in milliseconds.</param>
/// <param name="P99">Mean of the passes' 99th percentiles, in milliseconds.</param>
/// <param name="OfDirect">Throughput as a ratio to the backend without anything before it; null when that was not measured.</param>
/// <param name="OfForwarder">Throughput as a ratio to the minimal forwarder; null when that was not measured.</param>
internal sealed record TreatmentReport(string Name, Spread CallsPerSecond, double P50, double P99, Spread? OfDirect, Spread? OfForwarder)
{
    public static TreatmentReport Of(string name, IReadOnlyDictionary<string, List<LoadResult>> results)
    {
        var passes = results[name];
        return new(
            name,
            Spread.Of(passes.Select(p => p.CallsPerSecond)),
            passes.Average(p => p.P50),
            passes.Average(p => p.P99),
            Ratio(passes, results.GetValueOrDefault(Treatment.Direct)),
            Ratio(passes, results.GetValueOrDefault(Treatment.Forwarder)));
    }

    // Pass by pass: what ran within the same seconds had the same machine.
    private static Spread? Ratio(List<LoadResult> passes, List<LoadResult>? reference) =>
        reference is null ? null : Spread.Of(passes.Zip(reference, (own, other) => own.CallsPerSecond / other.CallsPerSecond));
}
