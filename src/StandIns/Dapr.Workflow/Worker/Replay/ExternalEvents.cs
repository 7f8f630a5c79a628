using Dapr.DurableTask.Protobuf;

namespace Dapr.Workflow.Worker.Replay;

/// <summary>Events from outside: first come, first served for each name, without regard to its case; kept while nobody waits.</summary>
internal sealed class ExternalEvents(TurnThread turn)
{
    private readonly Dictionary<string, Queue<TaskCompletionSource<string?>>> _waits = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Queue<(int Order, HistoryEvent Event)>> _kept = new(StringComparer.OrdinalIgnoreCase);
    private int _open;
    private int _arrived;

    public bool AnyOpen => _open > 0;

    /// <summary>What nobody took, as it came.</summary>
    public IEnumerable<HistoryEvent> Kept =>
        _kept.Values.SelectMany(events => events).OrderBy(kept => kept.Order).Select(kept => kept.Event);

    /// <returns>The payload.</returns>
    public Task<string?> WaitAsync(string name, CancellationToken cancellationToken)
    {
        if (_kept.TryGetValue(name, out var kept) && kept.TryDequeue(out var first))
            return Task.FromResult<string?>(first.Event.EventRaised.Input);

        var wait = new TaskCompletionSource<string?>();
        if (!_waits.TryGetValue(name, out var waits)) _waits.Add(name, waits = new());
        waits.Enqueue(wait);
        _open++;
        turn.OnCancelled(
            () =>
            {
                // The entry stays in the queue; an event passes it by.
                if (wait.Task.IsCompleted) return;
                _open--;
                wait.TrySetCanceled(cancellationToken);
            },
            cancellationToken);
        return wait.Task;
    }

    public void Raise(HistoryEvent raised)
    {
        if (_waits.TryGetValue(raised.EventRaised.Name, out var waits))
        {
            while (waits.TryDequeue(out var wait))
            {
                if (wait.Task.IsCompleted) continue;
                _open--;
                wait.TrySetResult(raised.EventRaised.Input);
                return;
            }
        }
        Keep(raised);
    }

    /// <summary>For who comes after: nobody here waits any more.</summary>
    public void Keep(HistoryEvent raised)
    {
        var name = raised.EventRaised.Name;
        if (!_kept.TryGetValue(name, out var kept)) _kept.Add(name, kept = new());
        kept.Enqueue((_arrived++, raised));
    }
}
