using System.Runtime.CompilerServices;

namespace Dapr.Workflow.Worker.Replay;

/// <summary>
/// The thread on which a turn runs. All of the workflow's code runs there, inline: whatever reaches the context from elsewhere has awaited
/// something that is no task of the context, and cannot be replayed.
/// </summary>
/// <param name="onIntrusion">Told the member that was called; the turn may be over.</param>
internal sealed class TurnThread(Action<string> onIntrusion) : IDisposable
{
    private const int Over = 0;
    private readonly List<CancellationTokenRegistration> _registrations = [];
    private volatile bool _intruded;
    private int _thread = Environment.CurrentManagedThreadId;

    /// <summary>Whether something came from another thread while the turn ran.</summary>
    public bool Intruded => _intruded;

    public bool IsCurrent => Volatile.Read(ref _thread) == Environment.CurrentManagedThreadId;

    /// <exception cref="InvalidOperationException">Called from elsewhere.</exception>
    public void Require([CallerMemberName] string member = "")
    {
        if (IsCurrent) return;
        Report(member);
        throw new InvalidOperationException(
            $"{member} was called outside of the workflow's turn: a workflow may await only the tasks that its context gives it, " +
            "and does everything else in activities.");
    }

    /// <summary>Runs <paramref name="cancelled"/> when the workflow itself cancels. A cancellation from elsewhere is none.</summary>
    public void OnCancelled(Action cancelled, CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled) return;
        _registrations.Add(cancellationToken.Register(() =>
        {
            if (IsCurrent) cancelled();
            else Report("a cancellation token");
        }));
    }

    public void Report(string member)
    {
        _intruded = true;
        onIntrusion(member);
    }

    /// <summary>The turn is over. A token may outlive it, and must not keep it.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _thread, Over);
        foreach (var registration in _registrations) registration.Unregister();
    }
}
