using System.Collections.Concurrent;
using System.Threading.Channels;
using McpMesh.Audit;

namespace McpMesh.Adapters.Tests.Hosting;

/// <summary>Keeps records in order, or refuses them as a broken log does.</summary>
internal sealed class RecordingAuditPublisher : IAuditPublisher
{
    private readonly ConcurrentQueue<AuditEvent> _events = new();
    private readonly Channel<AuditEvent> _arrived = Channel.CreateUnbounded<AuditEvent>();

    public IReadOnlyList<AuditEvent> Events => [.. _events];

    public bool Unavailable { get; set; }

    public ValueTask RecordAsync(AuditEvent auditEvent, CancellationToken cancellationToken)
    {
        if (Unavailable) throw new AuditUnavailableException("down");
        Add(auditEvent);
        return ValueTask.CompletedTask;
    }

    public bool TryEnqueue(AuditEvent auditEvent)
    {
        if (Unavailable) return false;
        Add(auditEvent);
        return true;
    }

    /// <summary>The records once there are <paramref name="count"/>: an outcome follows the answer.</summary>
    public async Task<IReadOnlyList<AuditEvent>> WaitForAsync(int count)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (_events.Count < count) await _arrived.Reader.ReadAsync(timeout.Token);
        return Events;
    }

    private void Add(AuditEvent auditEvent)
    {
        _events.Enqueue(auditEvent);
        _arrived.Writer.TryWrite(auditEvent);
    }
}
