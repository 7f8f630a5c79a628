using System.Diagnostics;
using System.Globalization;
using System.Net;
using McpMesh.Bench.Load;

namespace McpMesh.Bench.Durable;

/// <summary>
/// A closed loop whose calls differ: the text of each holds a number of its own. Equal calls at one time would have to be told apart by
/// the gateway, which is another question than what a call costs.
/// </summary>
internal static class UniqueCalls
{
    private static readonly byte[] Placeholder = "hello mesh"u8.ToArray();

    public static async Task<LoadResult> RunAsync(
        IPEndPoint target, ReadOnlyMemory<byte> request, int connections, TimeSpan duration, CancellationToken cancellationToken)
    {
        var at = request.Span.IndexOf(Placeholder);
        var number = Random.Shared.Next(1_000_000_000);
        var latencies = new List<long>[connections];
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(i => Task.Run(
            async () =>
            {
                var samples = latencies[i] = [];
                var mine = request.ToArray();
                using var connection = new LoadConnection(target, mine);
                await connection.OpenAsync(cancellationToken);
                while (watch.Elapsed < duration)
                {
                    var next = (uint)Interlocked.Increment(ref number);
                    next.TryFormat(mine.AsSpan(at, Placeholder.Length), out _, "D10", CultureInfo.InvariantCulture);
                    var start = Stopwatch.GetTimestamp();
                    await connection.CallAsync(cancellationToken);
                    samples.Add(Stopwatch.GetTimestamp() - start);
                }
            },
            cancellationToken)));
        return Latencies.Summarize(latencies, watch.Elapsed);
    }
}
