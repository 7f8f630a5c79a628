namespace Dapr.Workflow;

/// <summary>When a failed activity or child workflow is called again. The waits are durable timers.</summary>
public class WorkflowRetryPolicy
{
    // Checked against when no longest interval is given, although none is applied then.
    private static readonly TimeSpan LongestIntervalUnlessGiven = TimeSpan.FromHours(1);

    /// <param name="maxNumberOfAttempts">Calls in all, the first included.</param>
    /// <param name="firstRetryInterval">The wait before the second attempt.</param>
    /// <param name="backoffCoefficient">By which each further wait is longer.</param>
    /// <param name="maxRetryInterval">The longest wait; null is no limit.</param>
    /// <param name="retryTimeout">No attempt begins so long after the first; null is no limit.</param>
    /// <exception cref="ArgumentOutOfRangeException">No attempt, no wait, a coefficient below 1, a limit below the first wait.</exception>
    public WorkflowRetryPolicy(
        int maxNumberOfAttempts,
        TimeSpan firstRetryInterval,
        double backoffCoefficient = 1.0,
        TimeSpan? maxRetryInterval = null,
        TimeSpan? retryTimeout = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxNumberOfAttempts);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(firstRetryInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(backoffCoefficient, 1.0);
        ArgumentOutOfRangeException.ThrowIfLessThan(
            maxRetryInterval ?? LongestIntervalUnlessGiven, firstRetryInterval, nameof(maxRetryInterval));
        var timeout = retryTimeout ?? Timeout.InfiniteTimeSpan;
        if (timeout != Timeout.InfiniteTimeSpan)
            ArgumentOutOfRangeException.ThrowIfLessThan(timeout, firstRetryInterval, nameof(retryTimeout));

        MaxNumberOfAttempts = maxNumberOfAttempts;
        FirstRetryInterval = firstRetryInterval;
        BackoffCoefficient = backoffCoefficient;
        MaxRetryInterval = maxRetryInterval;
        RetryTimeout = timeout;
    }

    /// <summary>Calls in all, the first included.</summary>
    public int MaxNumberOfAttempts { get; }

    /// <summary>The wait before the second attempt.</summary>
    public TimeSpan FirstRetryInterval { get; }

    /// <summary>By which each further wait is longer.</summary>
    public double BackoffCoefficient { get; }

    /// <summary>The longest wait; null is no limit.</summary>
    public TimeSpan? MaxRetryInterval { get; }

    /// <summary>No attempt begins so long after the first; <see cref="Timeout.InfiniteTimeSpan"/> is no limit.</summary>
    public TimeSpan RetryTimeout { get; }
}
