namespace McpMesh.Sidecar.Metrics;

/// <summary>How values spread over buckets. Milliseconds in all families of this sidecar.</summary>
internal sealed class HistogramFamily(string name, string help, double[] bounds, params string[] labelNames)
    : MetricFamily<HistogramFamily.Histogram>(name, help, labelNames)
{
    /// <summary>daprd's buckets of a latency.</summary>
    public static readonly double[] DefaultBounds =
    [
        1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 30, 40, 50, 65, 80, 100, 130, 160, 200, 250, 300, 400, 500, 650, 800, 1_000, 2_000, 5_000,
        10_000, 20_000, 50_000, 100_000,
    ];

    /// <summary>Upper bounds, rising.</summary>
    public double[] Bounds => bounds;

    public void Record(Labels labels, double value) => Of(labels).Record(bounds, value);

    protected override Histogram Create() => new(bounds.Length);

    internal sealed class Histogram(int buckets)
    {
        private readonly long[] _counts = new long[buckets + 1];
        private long _microseconds;

        public double Sum => Interlocked.Read(ref _microseconds) / 1000.0;

        /// <summary>How many were in each bucket; the last is above every bound.</summary>
        public long[] Counts => [.. Enumerable.Range(0, _counts.Length).Select(i => Interlocked.Read(ref _counts[i]))];

        public void Record(double[] bounds, double value)
        {
            var bucket = 0;
            while (bucket < bounds.Length && value > bounds[bucket]) bucket++;
            Interlocked.Increment(ref _counts[bucket]);
            Interlocked.Add(ref _microseconds, (long)(value * 1000));
        }
    }
}
