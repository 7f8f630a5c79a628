using System.Collections.Concurrent;
using McpMesh.Audit;

namespace McpMesh.TokenExchange.Tests.Harness;

internal sealed class RecordingAudit : IAuditPublisher
{
    private readonly ConcurrentQueue<AuditEvent> _records = new();

    public bool IsDown { get; set; }

    public IReadOnlyCollection<AuditEvent> Records => _records;

    public ValueTask RecordAsync(AuditEvent auditEvent, CancellationToken cancellationToken)
    {
        if (IsDown) throw new AuditUnavailableException("down");
        _records.Enqueue(auditEvent);
        return default;
    }

    public bool TryEnqueue(AuditEvent auditEvent)
    {
        _records.Enqueue(auditEvent);
        return true;
    }
}
