using McpMesh.Bench.Load;

namespace McpMesh.Bench.Gateway;

/// <summary>One row of the report.</summary>
/// <param name="Name">The treatment.</param>
/// <param name="CallsPerSecond">Throughput over the passes.</param>
/// <param name="P50">Mean of the passes' medians, in milliseconds.</param>
/// <param name="P99">Mean of the passes' 99th percentiles, in milliseconds.</param>
/// <param name="OfDirect">Throughput as a ratio to the backend without anything before it; null when that was not measured.</param>
/// <param name="OfForwarder">Throughput as a ratio to the minimal forwarder; null when that was not measured.</param>
/// <param name="CpuPerCall">Processor time of all processes, the load among them, in microseconds a call.</param>
/// <param name="CpuByProcess">Its parts, greatest first.</param>
internal sealed record TreatmentReport(
    string Name,
    Spread CallsPerSecond,
    double P50,
    double P99,
    Spread? OfDirect,
    Spread? OfForwarder,
    Spread CpuPerCall,
    IReadOnlyDictionary<string, double> CpuByProcess)
{
    public static TreatmentReport Of(string name, IReadOnlyDictionary<string, List<Pass>> results)
    {
        var passes = results[name];
        return new(
            name,
            Spread.Of(passes.Select(p => p.Load.CallsPerSecond)),
            passes.Average(p => p.Load.P50),
            passes.Average(p => p.Load.P99),
            Ratio(passes, results.GetValueOrDefault(Treatment.Direct)),
            Ratio(passes, results.GetValueOrDefault(Treatment.Forwarder)),
            Spread.Of(passes.Select(p => p.Processors.Values.Sum())),
            passes[0].Processors.Keys
                .Select(process => KeyValuePair.Create(process, Math.Round(passes.Average(p => p.Processors[process]), 1)))
                .OrderByDescending(process => process.Value)
                .ToDictionary());
    }

    // Pass by pass: what ran within the same seconds had the same machine.
    private static Spread? Ratio(List<Pass> passes, List<Pass>? reference) =>
        reference is null ? null : Spread.Of(passes.Zip(reference, (own, other) => own.Load.CallsPerSecond / other.Load.CallsPerSecond));
}
