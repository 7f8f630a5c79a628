namespace McpMesh.Audit.Publishing;

/// <summary>Records that share one publish, and so one outcome.</summary>
internal sealed class AuditBatch(long openedAt)
{
    private readonly TaskCompletionSource _durable = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<AuditEvent>? _relaxed;

    /// <summary>
    /// Characters of one batch. Escaped to ASCII a character takes up to six bytes, and the sidecar takes bodies of at most 4 MiB.
    /// </summary>
    internal const int MaxWeight = 600_000;

    /// <summary>Timestamp of the first record, from which the timeout counts.</summary>
    internal long OpenedAt => openedAt;

    internal int Weight { get; set; }

    internal List<AuditEvent> Events { get; } = new(16);

    /// <summary>Records nobody waits for: they are kept when the publish fails.</summary>
    internal IReadOnlyList<AuditEvent> Relaxed => _relaxed ?? [];

    internal bool Takes(int weight, int maxCount) => Events.Count < maxCount && Weight + weight <= MaxWeight;

    /// <summary>Adds a record whose caller waits.</summary>
    internal Task Add(AuditEvent auditEvent)
    {
        Events.Add(auditEvent);
        return _durable.Task;
    }

    internal void AddRelaxed(AuditEvent auditEvent)
    {
        Events.Add(auditEvent);
        (_relaxed ??= new List<AuditEvent>(16)).Add(auditEvent);
    }

    internal void Succeed() => _durable.SetResult();

    internal void Fail(AuditUnavailableException error)
    {
        _durable.SetException(error);
        _ = _durable.Task.Exception; // observed: callers may have cancelled, and nobody waits for relaxed records
    }
}
