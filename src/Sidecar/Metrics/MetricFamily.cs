using System.Collections.Concurrent;

namespace McpMesh.Sidecar.Metrics;

/// <summary>All series of one name. Finding one allocates nothing; where callers invent values, there is an end to their number.</summary>
internal abstract class MetricFamily<TSeries>(string name, string help, string[] labelNames)
    where TSeries : class
{
    private const int MostSeries = 1000;
    private static readonly Labels Overflow = new("overflow", "overflow", "overflow", "overflow", "overflow");
    private readonly ConcurrentDictionary<Labels, TSeries> _series = new();

    public string Name => name;

    public string Help => help;

    public string[] LabelNames => labelNames;

    public IEnumerable<KeyValuePair<Labels, TSeries>> Series => _series;

    protected TSeries Of(Labels labels)
    {
        if (_series.TryGetValue(labels, out var known)) return known;
        return _series.GetOrAdd(_series.Count < MostSeries ? labels : Overflow, static (_, family) => family.Create(), this);
    }

    protected abstract TSeries Create();
}
