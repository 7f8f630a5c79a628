using System.Diagnostics.Metrics;

namespace McpMesh.Audit.Publishing;

/// <summary>Counts of the publisher, meter <c>McpMesh.Audit</c>.</summary>
internal sealed class AuditMetrics
{
    private readonly Counter<long> _published;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _lost;
    private readonly Histogram<int> _batch;
    private readonly Histogram<double> _commit;

    public AuditMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("McpMesh.Audit");
        _published = meter.CreateCounter<long>("mcpmesh.audit.records.published", "{record}", "Records made durable.");
        _failed = meter.CreateCounter<long>("mcpmesh.audit.records.failed", "{record}", "Records in publishes that failed.");
        _lost = meter.CreateCounter<long>("mcpmesh.audit.records.lost", "{record}", "Relaxed records lost at shutdown.");
        _batch = meter.CreateHistogram<int>("mcpmesh.audit.batch.size", "{record}", "Records in one publish.");
        _commit = meter.CreateHistogram<double>("mcpmesh.audit.commit.duration", "s", "From a batch's first record until it is durable.");
    }

    internal void Published(int records, TimeSpan elapsed)
    {
        _published.Add(records);
        _batch.Record(records);
        _commit.Record(elapsed.TotalSeconds);
    }

    internal void Failed(int records) => _failed.Add(records);

    internal void Lost(int records) => _lost.Add(records);
}
