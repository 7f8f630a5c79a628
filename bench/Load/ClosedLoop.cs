using System.Diagnostics;
using System.Net;

namespace McpMesh.Bench.Load;

/// <summary>A closed loop: every connection has one call in flight at any time.</summary>
internal static class ClosedLoop
{
    /// <summary>Runs <paramref name="connections"/> for <paramref name="duration"/>.</summary>
    public static async Task<LoadResult> RunAsync(
        IPEndPoint target, ReadOnlyMemory<byte> request, int connections, TimeSpan duration, CancellationToken cancellationToken)
    {
        var latencies = new List<long>[connections];
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(i => Task.Run(
            async () =>
            {
                var samples = latencies[i] = new List<long>(200_000);
                using var connection = new LoadConnection(target, request);
                await connection.OpenAsync(cancellationToken);
                while (watch.Elapsed < duration)
                {
                    var start = Stopwatch.GetTimestamp();
                    await connection.CallAsync(cancellationToken);
                    samples.Add(Stopwatch.GetTimestamp() - start);
                }
            },
            cancellationToken)));
        var elapsed = watch.Elapsed;
        return Latencies.Summarize(latencies, elapsed);
    }
}
