using System.Diagnostics.CodeAnalysis;
using Dapr.DurableTask.Protobuf;

namespace Dapr.Workflow.Worker.Replay;

/// <summary>
/// The steps of one run, numbered from 0 as the code takes them. A step is unconfirmed until the history shows it (what is left so at the
/// end of the turn are the turn's actions), and open until its outcome came.
/// </summary>
internal sealed class StepLedger
{
    private readonly Dictionary<int, WorkflowAction> _unconfirmed = [];
    private readonly Dictionary<int, OpenStep> _open = [];

    public int NextId { get; private set; }

    public bool AnyOpen => _open.Count > 0;

    /// <summary>In the order of their ids.</summary>
    public IEnumerable<WorkflowAction> Actions => _unconfirmed.Values.OrderBy(action => action.Id);

    /// <summary>Takes a step that has no outcome.</summary>
    public void Add(WorkflowAction action)
    {
        action.Id = NextId++;
        _unconfirmed.Add(action.Id, action);
    }

    public OpenStep Open(WorkflowAction action)
    {
        Add(action);
        var step = new OpenStep(action.Id, StepDescription.Of(action).Kind);
        _open.Add(step.Id, step);
        return step;
    }

    /// <summary>Stops waiting for the outcome; the step itself stays, so that the ids after it stay.</summary>
    public void Abandon(OpenStep step, CancellationToken cancellationToken)
    {
        if (_open.Remove(step.Id)) step.Cancel(cancellationToken);
    }

    /// <summary>Compares a step of the history with what the code did under that id.</summary>
    /// <returns>False if the code did nothing under that id.</returns>
    /// <exception cref="TurnFaultException">It did something else.</exception>
    public bool Confirm(HistoryEvent created)
    {
        var id = created.EventId;
        if (!TakenUnder(id, created, out var action)) return IsConfirmed(id, created);
        var recorded = StepDescription.Of(created);
        var taken = StepDescription.Of(action);
        if (!taken.Matches(recorded)) throw Differs(id, recorded, $"the code did {taken}");
        _unconfirmed.Remove(id);
        return true;
    }

    /// <summary>Gives a step its outcome. One that nobody waits for is dropped: a cancelled timer fires, a result comes twice.</summary>
    public void Resolve(int id, StepKind kind, HistoryEvent outcome)
    {
        if (!_open.TryGetValue(id, out var step)) return;
        if (step.Kind != kind)
        {
            throw new TurnFaultException(
                TurnFaultException.NonDeterminism,
                $"step {id}: the history has the outcome of another kind of step ({kind}) than the code waits for ({step.Kind})");
        }
        _open.Remove(id);
        step.Resolve(outcome);
    }

    public static TurnFaultException Differs(int id, StepDescription recorded, string did) => new(
        TurnFaultException.NonDeterminism,
        $"step {id}: the history has {recorded}, {did}; " +
        "a workflow must do the same steps in every replay (changes of running workflows go behind IsPatched)");

    private bool TakenUnder(int id, HistoryEvent created, [NotNullWhen(true)] out WorkflowAction? action)
    {
        while (_unconfirmed.TryGetValue(id, out action))
        {
            if (!Never.Is(action) || Never.Is(created)) return true;
            Drop(id);
        }
        return false;
    }

    /// <summary>A run that was made from another's history may show an open step twice.</summary>
    private bool IsConfirmed(int id, HistoryEvent created) =>
        _open.TryGetValue(id, out var step) && step.Kind == StepDescription.Of(created).Kind;

    /// <summary>
    /// A wait for an event without limit records a timer that never fires; workers of earlier versions recorded none. Such a history has
    /// the next step under the id that the timer has here: the timer goes, and the ids after it move up.
    /// </summary>
    private void Drop(int timerId)
    {
        _unconfirmed.Remove(timerId);
        if (_open.Remove(timerId, out var timer)) timer.Cancel(CancellationToken.None);
        foreach (var action in _unconfirmed.Values.Where(action => action.Id > timerId).OrderBy(action => action.Id).ToArray())
        {
            _unconfirmed.Remove(action.Id);
            action.Id--;
            _unconfirmed.Add(action.Id, action);
        }
        foreach (var step in _open.Values.Where(step => step.Id > timerId).OrderBy(step => step.Id).ToArray())
        {
            _open.Remove(step.Id);
            step.Id--;
            _open.Add(step.Id, step);
        }
        NextId--;
    }
}
