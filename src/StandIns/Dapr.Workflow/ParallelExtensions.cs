namespace Dapr.Workflow;

/// <summary>Fan-out with a bound.</summary>
public static class ParallelExtensions
{
    /// <summary>Calls <paramref name="taskFactory"/> for each input, at most <paramref name="maxConcurrency"/> at a time.</summary>
    /// <returns>The results in the order of the inputs.</returns>
    /// <exception cref="AggregateException">Some failed; the others ran to their end.</exception>
    public static async Task<TResult[]> ProcessInParallelAsync<TInput, TResult>(
        this WorkflowContext context, IEnumerable<TInput> inputs, Func<TInput, Task<TResult>> taskFactory, int maxConcurrency = 5)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(taskFactory);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxConcurrency);

        TInput[] all = [.. inputs];
        var results = new TResult[all.Length];
        var failures = new List<Exception>();
        var next = 0;
        // Each lane takes the next input when it is done with one: which is when the history says so, the same in every replay.
        await Task.WhenAll(Enumerable.Range(0, Math.Min(maxConcurrency, all.Length)).Select(_ => TakeAsync()));
        return failures.Count == 0
            ? results
            : throw new AggregateException($"{failures.Count} out of {all.Length} tasks failed", failures);

        async Task TakeAsync()
        {
            while (next < all.Length)
            {
                var index = next++;
                try
                {
                    results[index] = await taskFactory(all[index]);
                }
                catch (Exception error)
                {
                    failures.Add(error);
                }
            }
        }
    }
}
