using Microsoft.Extensions.Logging;

namespace Dapr.Workflow;

/// <summary>
/// All that a workflow does goes through its context: what happened in an earlier turn is answered from the history, what is new becomes
/// an action for the sidecar. A workflow awaits no other tasks than those given here (and combinations of them).
/// </summary>
public abstract class WorkflowContext : IWorkflowContext
{
    /// <summary>The workflow's registered name.</summary>
    public abstract string Name { get; }

    /// <summary>The instance's id.</summary>
    public abstract string InstanceId { get; }

    /// <inheritdoc/>
    public abstract DateTime CurrentUtcDateTime { get; }

    /// <inheritdoc/>
    public abstract bool IsReplaying { get; }

    /// <inheritdoc/>
    public abstract bool IsPatched(string patchName);

    /// <summary>Calls an activity whose result is not needed.</summary>
    /// <exception cref="WorkflowTaskFailedException">The activity failed, at its last attempt.</exception>
    public virtual Task CallActivityAsync(string name, object? input = null, WorkflowTaskOptions? options = null) =>
        CallActivityAsync<object?>(name, input, options);

    /// <summary>Calls an activity.</summary>
    /// <exception cref="WorkflowTaskFailedException">The activity failed, at its last attempt.</exception>
    public abstract Task<T> CallActivityAsync<T>(string name, object? input = null, WorkflowTaskOptions? options = null);

    /// <summary>A durable timer.</summary>
    public virtual Task CreateTimer(TimeSpan delay, CancellationToken cancellationToken = default) =>
        CreateTimer(CurrentUtcDateTime.Add(delay), cancellationToken);

    /// <summary>A durable timer.</summary>
    /// <param name="fireAt">In UTC.</param>
    /// <param name="cancellationToken">Ends the wait; the timer itself stays in the history.</param>
    public abstract Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken);

    /// <summary>The next event of that name: one that came before, or else the next to come. Matched without regard to case.</summary>
    public abstract Task<T> WaitForExternalEventAsync<T>(string eventName, CancellationToken cancellationToken = default);

    /// <summary>The next event of that name, for a limited time.</summary>
    /// <param name="eventName">Matched without regard to case.</param>
    /// <param name="timeout">A durable timer; negative is no limit.</param>
    /// <exception cref="TaskCanceledException">The time is over, or none was given.</exception>
    public virtual async Task<T> WaitForExternalEventAsync<T>(string eventName, TimeSpan timeout)
    {
        using var eventWait = new CancellationTokenSource();
        using var timerWait = new CancellationTokenSource();
        var timer = CreateTimer(timeout, timerWait.Token);
        var wait = WaitForExternalEventAsync<T>(eventName, eventWait.Token);
        // Not CancelAsync: what it awaits is no task of this context.
        if (await Task.WhenAny(timer, wait) == timer) eventWait.Cancel();
        else timerWait.Cancel();
        return await wait;
    }

    /// <summary>Raises an event at another instance. daprd 1.18 does not deliver it: portable workflows do this in an activity.</summary>
    public abstract void SendEvent(string instanceId, string eventName, object payload);

    /// <summary>What the instance shows about itself until it sets something else; null is nothing.</summary>
    public abstract void SetCustomStatus(object? customStatus);

    /// <summary>Calls another workflow and waits for its end.</summary>
    /// <exception cref="WorkflowTaskFailedException">The child failed or was terminated, at its last attempt.</exception>
    public abstract Task<TResult> CallChildWorkflowAsync<TResult>(
        string workflowName, object? input = null, ChildWorkflowTaskOptions? options = null);

    /// <summary>Calls another workflow whose output is not needed, and waits for its end.</summary>
    /// <exception cref="WorkflowTaskFailedException">The child failed or was terminated, at its last attempt.</exception>
    public virtual Task CallChildWorkflowAsync(string workflowName, object? input = null, ChildWorkflowTaskOptions? options = null) =>
        CallChildWorkflowAsync<object?>(workflowName, input, options);

    /// <summary>A logger that is silent in a replay.</summary>
    public abstract ILogger CreateReplaySafeLogger(string categoryName);

    /// <summary>A logger that is silent in a replay.</summary>
    public abstract ILogger CreateReplaySafeLogger(Type type);

    /// <summary>A logger that is silent in a replay.</summary>
    public abstract ILogger CreateReplaySafeLogger<T>();

    /// <summary>Ends this run and begins again with an empty history. Return right after.</summary>
    /// <param name="newInput">The input of the next run.</param>
    /// <param name="preserveUnprocessedEvents">Whether events that nobody waited for go to the next run.</param>
    public abstract void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true);

    /// <summary>A GUID that is the same in every replay.</summary>
    public abstract Guid NewGuid();
}
