using Dapr.DurableTask.Protobuf;

namespace Dapr.Workflow.Worker.Replay;

/// <summary>A step whose outcome the workflow may be waiting for. What waits goes on inline, on the thread of the turn.</summary>
internal sealed class OpenStep(int id, StepKind kind)
{
    private readonly TaskCompletionSource<HistoryEvent> _outcome = new();

    /// <summary>Changes only when a step before it turns out not to be in the history (<see cref="StepLedger"/>).</summary>
    public int Id { get; set; } = id;

    public StepKind Kind { get; } = kind;

    public Task<HistoryEvent> Outcome => _outcome.Task;

    public void Resolve(HistoryEvent outcome) => _outcome.TrySetResult(outcome);

    public void Cancel(CancellationToken cancellationToken) => _outcome.TrySetCanceled(cancellationToken);
}
