namespace McpMesh.Sidecar.Resiliency;

/// <summary>The policies of one target, ready to run: retry around circuit breaker around timeout around the operation.</summary>
internal abstract class PolicyPipeline
{
    /// <summary>No policy: the operation and nothing else.</summary>
    public static readonly PolicyPipeline None = new Direct();

    /// <summary>Whether the operation may run more than once, so that what it sends must be kept.</summary>
    public virtual bool HasRetries => false;

    public bool IsNone => this is Direct;

    /// <summary>
    /// Runs <paramref name="attempt"/> under the policies. It fails by an exception: <see cref="FailedAttemptException"/> where there is a
    /// status, and has to end when its token is cancelled.
    /// </summary>
    /// <exception cref="ResiliencyException">The last attempt took too long, or the circuit is open.</exception>
    public abstract ValueTask<TResult> RunAsync<TState, TResult>(
        Func<TState, CancellationToken, ValueTask<TResult>> attempt, TState state, CancellationToken cancellationToken);

    /// <summary>For operations that know no cancellation: a deadline leaves them behind, and what they come to is not asked any more.</summary>
    public Task<TResult> RunAsync<TState, TResult>(Func<TState, Task<TResult>> operation, TState state) =>
        IsNone
            ? operation(state)
            : RunAsync(
                static async (run, token) =>
                {
                    var attempt = run.operation(run.state);
                    _ = attempt.ContinueWith(static late => _ = late.Exception, TaskScheduler.Default);
                    return await attempt.WaitAsync(token);
                },
                (operation, state), CancellationToken.None).AsTask();

    private sealed class Direct : PolicyPipeline
    {
        public override ValueTask<TResult> RunAsync<TState, TResult>(
            Func<TState, CancellationToken, ValueTask<TResult>> attempt, TState state, CancellationToken cancellationToken) =>
            attempt(state, cancellationToken);
    }
}
