namespace McpMesh.Sidecar.Metrics;

/// <summary>Counters that only rise.</summary>
internal sealed class CounterFamily(string name, string help, params string[] labelNames)
    : MetricFamily<CounterFamily.Counter>(name, help, labelNames)
{
    public void Increment(Labels labels, long by = 1) => Of(labels).Add(by);

    protected override Counter Create() => new();

    internal sealed class Counter
    {
        private long _value;

        public long Value => Interlocked.Read(ref _value);

        public void Add(long by) => Interlocked.Add(ref _value, by);
    }
}
