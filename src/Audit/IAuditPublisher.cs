namespace McpMesh.Audit;

/// <summary>Hands records to the durable topic <c>audit-events</c>.</summary>
public interface IAuditPublisher
{
    /// <summary>
    /// Completes once the record is durably accepted. Concurrent callers share one message (group commit): many calls cost one flush.
    /// </summary>
    /// <exception cref="AuditUnavailableException">
    /// The record could not be made durable: the call must be refused (JSON-RPC error 5031).
    /// </exception>
    ValueTask RecordAsync(AuditEvent auditEvent, CancellationToken cancellationToken);

    /// <summary>
    /// Queues the record without waiting: outcomes after the caller was answered, and <c>audit: relaxed</c>. The queue is bounded; false
    /// means it is full and the caller must use <see cref="RecordAsync"/> instead. Queued records are flushed at shutdown.
    /// </summary>
    bool TryEnqueue(AuditEvent auditEvent);
}
