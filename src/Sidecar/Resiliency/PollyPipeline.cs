using McpMesh.Sidecar.Metrics;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace McpMesh.Sidecar.Resiliency;

/// <summary>A pipeline of Polly's. In a type of its own, so that a sidecar without policies never loads the library.</summary>
internal sealed partial class PollyPipeline : PolicyPipeline
{
    private static readonly ResiliencePropertyKey<long> Started = new("started");
    private readonly ResiliencePipeline _pipeline;
    private readonly SidecarMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly string _target;

    public PollyPipeline(
        string target, TimeSpan? timeout, RetryPolicy? retry, CircuitBreaker? breaker, SidecarMetrics metrics, TimeProvider clock,
        ILogger logger)
    {
        _metrics = metrics;
        _target = target;
        _clock = clock;
        _logger = logger;
        HasRetries = retry is { MaxRetries: not 0 };
        var builder = new ResiliencePipelineBuilder { TimeProvider = clock };
        if (HasRetries) builder.AddRetry(Options(retry!));
        if (breaker is not null) builder.AddStrategy(_ => new CircuitBreakerStrategy(breaker), new CircuitBreakerOptions());
        if (timeout is { } limit && limit > TimeSpan.Zero) builder.AddTimeout(Options(limit));
        _pipeline = builder.Build();
    }

    public override bool HasRetries { get; }

    public override async ValueTask<TResult> RunAsync<TState, TResult>(
        Func<TState, CancellationToken, ValueTask<TResult>> attempt, TState state, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(Started, _clock.GetTimestamp());
        try
        {
            return await _pipeline.ExecuteAsync(
                static (context, run) => run.attempt(run.state, context.CancellationToken), context, (attempt, state));
        }
        catch (TimeoutRejectedException error)
        {
            throw ResiliencyException.TimedOut(error);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private TimeoutStrategyOptions Options(TimeSpan limit) => new()
    {
        Timeout = limit,
        OnTimeout = _ =>
        {
            _metrics.PolicyActivated("timeout", _target);
            return default;
        },
    };

    private RetryStrategyOptions Options(RetryPolicy retry) => new()
    {
        MaxRetryAttempts = retry.MaxRetries < 0 ? int.MaxValue : retry.MaxRetries,
        ShouldHandle = args => ValueTask.FromResult(IsWorthIt(retry, args.Context, args.Outcome.Exception)),
        DelayGenerator = args => ValueTask.FromResult<TimeSpan?>(retry.PauseBefore(args.AttemptNumber, Random.Shared.NextDouble())),
        OnRetry = args =>
        {
            _metrics.PolicyActivated("retry", _target);
            if (args.AttemptNumber == 0) Retrying(_logger, _target, args.RetryDelay, args.Outcome.Exception?.Message ?? "");
            return default;
        },
    };

    private bool IsWorthIt(RetryPolicy retry, ResilienceContext context, Exception? error)
    {
        if (retry.IsExponential && _clock.GetElapsedTime(context.Properties.GetValue(Started, 0)) > retry.MaxElapsed) return false;
        return error switch
        {
            null or CircuitOpenException or FailedAttemptException { IsFinal: true } or IRefusal => false,
            FailedAttemptException { Status: { } status } => retry.Matches(status),
            _ => !context.CancellationToken.IsCancellationRequested,
        };
    }

    [LoggerMessage(60, LogLevel.Warning, "Error processing operation {Target}. Retrying in {Pause}: {Reason}")]
    private static partial void Retrying(ILogger logger, string target, TimeSpan pause, string reason);

    private sealed class CircuitBreakerOptions : ResilienceStrategyOptions;
}
