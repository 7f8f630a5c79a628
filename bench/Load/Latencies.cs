using System.Diagnostics;

namespace McpMesh.Bench.Load;

/// <summary>Latencies of one pass, in ticks of the stopwatch.</summary>
internal static class Latencies
{
    /// <summary>What the samples of all loops say together.</summary>
    public static LoadResult Summarize(IEnumerable<IEnumerable<long>> samples, TimeSpan elapsed)
    {
        var all = samples.SelectMany(loop => loop).ToArray();
        if (all.Length == 0) throw new InvalidOperationException("Nothing was measured: not one call ended within the pass.");
        Array.Sort(all);
        double Milliseconds(double quantile) => all[(int)(quantile * (all.Length - 1))] * 1000.0 / Stopwatch.Frequency;
        return new LoadResult(all.Length, all.Length / elapsed.TotalSeconds, Milliseconds(0.5), Milliseconds(0.99));
    }
}
