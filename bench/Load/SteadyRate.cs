using System.Diagnostics;
using System.Net;

namespace McpMesh.Bench.Load;

/// <summary>
/// An open loop: calls start at a fixed rate, whatever the answers take, as long as a connection is free. Latencies count from the call, not
/// from when it was due: the generator's own timer is not the server's fault.
/// </summary>
internal static class SteadyRate
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    /// <summary>Spreads <paramref name="callsPerSecond"/> evenly over the connections.</summary>
    public static async Task<LoadResult> RunAsync(
        IPEndPoint target, ReadOnlyMemory<byte> request, int connections, int callsPerSecond, TimeSpan duration,
        CancellationToken cancellationToken)
    {
        var latencies = new List<long>[connections];
        var watch = Stopwatch.StartNew();
        var interval = TimeSpan.FromSeconds((double)connections / callsPerSecond);
        await Task.WhenAll(Enumerable.Range(0, connections).Select(i => Task.Run(
            async () =>
            {
                var samples = latencies[i] = new List<long>(100_000);
                using var connection = new LoadConnection(target, request);
                await connection.OpenAsync(cancellationToken);
                var due = interval * i / connections;
                while (due < duration)
                {
                    // A wait below a tick of the timer would be one of two: the rate is kept over several calls, not within one.
                    if (due - watch.Elapsed is var wait && wait >= Tick) await Task.Delay(wait, cancellationToken);
                    var start = Stopwatch.GetTimestamp();
                    await connection.CallAsync(cancellationToken);
                    samples.Add(Stopwatch.GetTimestamp() - start);
                    due += interval;
                }
            },
            cancellationToken)));
        return Latencies.Summarize(latencies, watch.Elapsed);
    }
}
