using System.Collections.Concurrent;
using McpMesh.Audit;

namespace McpMesh.Gateway.Tests.Mesh;

/// <summary>Stands for the durable topic: keeps what it was given, or is down.</summary>
internal sealed class TestAudit : IAuditPublisher
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<AuditEvent>> _outcomes = new();

    public ConcurrentQueue<AuditEvent> Events { get; } = new();

    public bool IsDown { get; set; }

    public bool IsQueueFull { get; set; }

    /// <summary>When set, a record becomes durable no sooner than this ends.</summary>
    public Task Commit { get; set; } = Task.CompletedTask;

    /// <summary>Ends with the first record that somebody waits for.</summary>
    public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async ValueTask RecordAsync(AuditEvent auditEvent, CancellationToken cancellationToken)
    {
        if (IsDown) throw new AuditUnavailableException("The test's audit is down.");
        Keep(auditEvent);
        Asked.TrySetResult();
        await Commit.WaitAsync(cancellationToken);
    }

    public bool TryEnqueue(AuditEvent auditEvent)
    {
        if (IsQueueFull) return false;
        Keep(auditEvent);
        return true;
    }

    public AuditEvent Single(AuditEventKind kind) => Assert.Single(Events, e => e.Kind == kind);

    /// <summary>The outcome of the only call that was made, as soon as it is recorded.</summary>
    public Task<AuditEvent> OutcomeAsync() => Slot("only").Task.WaitAsync(TimeSpan.FromSeconds(60));

    private void Keep(AuditEvent auditEvent)
    {
        Events.Enqueue(auditEvent);
        if (auditEvent.Kind == AuditEventKind.Outcome) Slot("only").TrySetResult(auditEvent);
    }

    private TaskCompletionSource<AuditEvent> Slot(string key) =>
        _outcomes.GetOrAdd(key, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
