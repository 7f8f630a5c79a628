namespace Dapr.Workflow.Worker.Replay;

/// <summary>Calls again after a failed task, with a durable timer between the attempts.</summary>
internal sealed class Retries(WorkflowRetryPolicy policy, IWorkflowContext context, Func<TimeSpan, Task> wait)
{
    private readonly DateTime _first = context.CurrentUtcDateTime;

    /// <exception cref="WorkflowTaskFailedException">The last attempt failed.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> attempt)
    {
        for (var failed = 0; ; failed++)
        {
            try
            {
                return await attempt();
            }
            catch (WorkflowTaskFailedException) when (failed + 1 < policy.MaxNumberOfAttempts && !IsLate)
            {
                // Waits below: the failure is in the history.
            }
            await wait(DelayAfter(failed));
        }
    }

    private bool IsLate =>
        policy.RetryTimeout != Timeout.InfiniteTimeSpan && context.CurrentUtcDateTime - _first >= policy.RetryTimeout;

    private TimeSpan DelayAfter(int failed)
    {
        var longest = policy.MaxRetryInterval ?? TimeSpan.MaxValue;
        var milliseconds = policy.FirstRetryInterval.TotalMilliseconds * Math.Pow(policy.BackoffCoefficient, failed);
        // Not beyond what a date holds: such a wait has no end anyway.
        var most = Math.Min(longest.TotalMilliseconds, (DateTime.MaxValue - context.CurrentUtcDateTime).TotalMilliseconds - 1);
        return TimeSpan.FromMilliseconds(Math.Min(milliseconds, most));
    }
}
