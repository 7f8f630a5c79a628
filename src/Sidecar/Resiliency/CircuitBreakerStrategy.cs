using Polly;
using Polly.Timeout;

namespace McpMesh.Sidecar.Resiliency;

/// <summary>A circuit as a step of a Polly pipeline; Polly's own has no trip expressions.</summary>
internal sealed class CircuitBreakerStrategy(CircuitBreaker breaker) : ResilienceStrategy
{
    protected override async ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState state)
    {
        long entered;
        try
        {
            entered = breaker.Enter();
        }
        catch (CircuitOpenException error)
        {
            return Outcome.FromException<TResult>(error);
        }

        var outcome = await callback(context, state).ConfigureAwait(context.ContinueOnCapturedContext);
        breaker.Leave(entered, Judge(outcome.Exception, context.CancellationToken));
        return outcome;
    }

    private static bool? Judge(Exception? error, CancellationToken caller) => error switch
    {
        null or IRefusal => true,
        TimeoutRejectedException => false,
        _ when caller.IsCancellationRequested => null,
        _ => false,
    };
}
