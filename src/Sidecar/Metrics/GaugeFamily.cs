namespace McpMesh.Sidecar.Metrics;

/// <summary>Values that are what they were last.</summary>
internal sealed class GaugeFamily(string name, string help, params string[] labelNames)
    : MetricFamily<GaugeFamily.Gauge>(name, help, labelNames)
{
    public void Set(Labels labels, long value) => Of(labels).Value = value;

    protected override Gauge Create() => new();

    internal sealed class Gauge
    {
        private long _value;

        public long Value
        {
            get => Interlocked.Read(ref _value);
            set => Interlocked.Exchange(ref _value, value);
        }
    }
}
