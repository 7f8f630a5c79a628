using System.Net;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace McpMesh.ServiceDefaults.Resilience;

/// <summary>The Polly pipelines of one client: total timeout, retry (safe methods only), circuit breaker, attempt timeout.</summary>
internal sealed class HttpResiliencePipeline
{
    private static readonly PredicateBuilder<HttpResponseMessage> Failures = new PredicateBuilder<HttpResponseMessage>()
        .Handle<HttpRequestException>()
        .Handle<TimeoutRejectedException>()
        .HandleResult(response =>
            response.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout);

    private readonly ResiliencePipeline<HttpResponseMessage> _safe;
    private readonly ResiliencePipeline<HttpResponseMessage> _unsafe;

    public HttpResiliencePipeline(HttpResilienceOptions options, TimeProvider? time)
    {
        var attempt = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
            {
                ShouldHandle = Failures,
                FailureRatio = options.BreakAtFailureRatio,
                MinimumThroughput = options.BreakAtMinimumThroughput,
                BreakDuration = options.BreakDuration,
            })
            .AddTimeout(options.AttemptTimeout)
            .Build();
        _unsafe = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddTimeout(options.TotalTimeout)
            .AddPipeline(attempt)
            .Build();
        _safe = options.MaxRetries == 0 ? _unsafe : new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddTimeout(options.TotalTimeout)
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                ShouldHandle = Failures,
                MaxRetryAttempts = options.MaxRetries,
                Delay = options.RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                OnRetry = static retry =>
                {
                    retry.Outcome.Result?.Dispose();
                    return ValueTask.CompletedTask;
                },
            })
            .AddPipeline(attempt)
            .Build();
    }

    public ResiliencePipeline<HttpResponseMessage> For(HttpMethod method) =>
        method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Options ? _safe : _unsafe;
}
