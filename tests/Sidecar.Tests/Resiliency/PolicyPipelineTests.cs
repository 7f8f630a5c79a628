using McpMesh.Sidecar.Metrics;
using McpMesh.Sidecar.Resiliency;
using McpMesh.Sidecar.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace McpMesh.Sidecar.Tests.Resiliency;

public sealed class PolicyPipelineTests
{
    private readonly ResiliencyRules _rules = new();
    private int _attempts;

    [Fact]
    public async Task Without_a_policy_the_operation_runs_once_and_no_pipeline_is_built()
    {
        Assert.True(Policies().ForApp("orders", "m").IsNone);
        Assert.True(Policies().ForComponentOutbound("statestore", ComponentKind.Statestore).IsNone);
        await Assert.ThrowsAsync<IOException>(() => RunAsync(PolicyPipeline.None, _ => throw new IOException("no")));
        Assert.Equal(1, _attempts);
    }

    [Fact]
    public async Task A_failed_attempt_is_repeated_as_often_as_maxRetries_says()
    {
        Target(retry: new() { Duration = TimeSpan.Zero, MaxRetries = 2 });
        await Assert.ThrowsAsync<IOException>(() => RunAsync(Outbound(), _ => throw new IOException("no")));
        Assert.Equal(3, _attempts);
    }

    [Fact]
    public async Task Attempts_end_with_the_first_success()
    {
        Target(retry: new() { Duration = TimeSpan.Zero, MaxRetries = -1 });
        await RunAsync(Outbound(), attempt => attempt == 4 ? ValueTask.FromResult(true) : throw new IOException("no"));
        Assert.Equal(4, _attempts);
    }

    [Fact]
    public async Task Only_statuses_that_match_are_worth_a_retry()
    {
        StatusCodeRanges.TryParse("429,500-599", 100, 599, out var ranges, out _);
        Target(retry: new() { Duration = TimeSpan.Zero, MaxRetries = 2, HttpStatusCodes = ranges });
        await Assert.ThrowsAsync<FailedAttemptException>(() => RunAsync(Outbound(), _ => throw new FailedAttemptException("no", 404)));
        Assert.Equal(1, _attempts);
        await Assert.ThrowsAsync<FailedAttemptException>(() => RunAsync(Outbound(), _ => throw new FailedAttemptException("no", 503)));
        Assert.Equal(1 + 3, _attempts);
    }

    [Fact]
    public async Task What_cannot_be_sent_twice_is_not_and_a_refusal_does_not_count_against_the_circuit()
    {
        Target(
            retry: new() { Duration = TimeSpan.Zero, MaxRetries = 2 },
            breaker: new() { Trip = TripExpression.Parse("totalFailures > 0") });
        var pipeline = Outbound();
        await Assert.ThrowsAsync<EtagMismatchException>(() => RunAsync(pipeline, _ => throw new EtagMismatchException(null)));
        await Assert.ThrowsAsync<FailedAttemptException>(
            () => RunAsync(pipeline, _ => throw new FailedAttemptException("sent", 503) { IsFinal = true }));
        Assert.Equal(2, _attempts);
        await Assert.ThrowsAsync<CircuitOpenException>(() => RunAsync(pipeline, _ => ValueTask.FromResult(true)));
    }

    [Fact]
    public async Task The_timeout_is_that_of_one_attempt_and_a_retry_follows_it()
    {
        Target(timeout: TimeSpan.FromMilliseconds(30), retry: new() { Duration = TimeSpan.Zero, MaxRetries = 2 });
        var error = await Assert.ThrowsAsync<ResiliencyException>(() => RunAsync(Outbound(), null));
        Assert.Equal("context deadline exceeded", error.Message);
        Assert.Equal(3, _attempts);
    }

    [Fact]
    public async Task An_open_circuit_ends_the_retries_and_a_timeout_counts_as_a_failure()
    {
        Target(
            timeout: TimeSpan.FromMilliseconds(30), retry: new() { Duration = TimeSpan.Zero, MaxRetries = 9 },
            breaker: new() { Trip = TripExpression.Parse("consecutiveFailures >= 2") });
        await Assert.ThrowsAsync<CircuitOpenException>(() => RunAsync(Outbound(), null));
        Assert.Equal(2, _attempts);
    }

    [Fact]
    public async Task A_caller_that_gives_up_ends_it_without_a_retry_and_without_blame()
    {
        Target(
            retry: new() { Duration = TimeSpan.Zero, MaxRetries = 9 },
            breaker: new() { Trip = TripExpression.Parse("totalFailures > 0") });
        using var caller = new CancellationTokenSource();
        var pipeline = Outbound();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await pipeline.RunAsync(
            async (cancel, token) =>
            {
                _attempts++;
                cancel.Cancel();
                await Task.Delay(Timeout.Infinite, token);
                return true;
            },
            caller, caller.Token));
        Assert.Equal(1, _attempts);
        await RunAsync(pipeline, _ => ValueTask.FromResult(true));
    }

    [Fact]
    public async Task Each_method_of_an_app_has_a_circuit_of_its_own()
    {
        _rules.CircuitBreakers["c"] = new() { Trip = TripExpression.Parse("totalFailures > 0") };
        _rules.Apps["orders"] = new PolicyNames(null, null, "c", "");
        var policies = Policies();
        await Assert.ThrowsAsync<IOException>(() => RunAsync(policies.ForApp("orders", "a"), _ => throw new IOException("no")));
        await Assert.ThrowsAsync<CircuitOpenException>(() => RunAsync(policies.ForApp("orders", "a"), _ => ValueTask.FromResult(true)));
        await RunAsync(policies.ForApp("orders", "b"), _ => ValueTask.FromResult(true));
        Assert.True(policies.IsTarget("orders"));
    }

    [Fact]
    public async Task What_has_begun_keeps_its_policies_and_what_begins_later_has_the_new_ones()
    {
        Target(retry: new() { Duration = TimeSpan.Zero, MaxRetries = 1 });
        var policies = Policies();
        var before = policies.ForComponentOutbound("statestore", ComponentKind.Statestore);
        policies.Replace(new ResiliencyRules());
        Assert.True(policies.ForComponentOutbound("statestore", ComponentKind.Statestore).IsNone);
        await Assert.ThrowsAsync<IOException>(() => RunAsync(before, _ => throw new IOException("no")));
        Assert.Equal(2, _attempts);
    }

    [Fact]
    public void A_component_that_is_named_has_no_default_policies_even_where_it_names_none()
    {
        _rules.Timeouts["DefaultTimeoutPolicy"] = TimeSpan.FromSeconds(1);
        _rules.Inbound["pubsub"] = PolicyNames.None;
        Assert.True(Policies().ForComponentInbound("pubsub").IsNone);
        Assert.False(Policies().ForComponentInbound("other").IsNone);
        Assert.False(Policies().ForApp("any", "m").IsNone);
    }

    [Fact]
    public void An_exponential_pause_grows_by_half_up_to_its_limit_and_is_spread()
    {
        var retry = new RetryPolicy { IsExponential = true, MaxInterval = TimeSpan.FromSeconds(2) };
        Assert.Equal(
            [500, 750, 1125, 1687, 2000, 2000],
            Enumerable.Range(0, 6).Select(i => (int)retry.PauseBefore(i, 0.5).TotalMilliseconds));
        Assert.Equal((250, 750), ((int)retry.PauseBefore(0, 0).TotalMilliseconds, (int)retry.PauseBefore(0, 1).TotalMilliseconds));
    }

    private void Target(TimeSpan? timeout = null, RetryPolicy? retry = null, CircuitBreakerPolicy? breaker = null)
    {
        if (timeout is { } limit) _rules.Timeouts["t"] = limit;
        if (retry is not null) _rules.Retries["r"] = retry;
        if (breaker is not null) _rules.CircuitBreakers["c"] = breaker;
        _rules.Outbound["statestore"] =
            new PolicyNames(timeout is null ? null : "t", retry is null ? null : "r", breaker is null ? null : "c", "");
    }

    private PolicyPipeline Outbound() => Policies().ForComponentOutbound("statestore", ComponentKind.Statestore);

    private ResiliencyPolicies Policies() => new(_rules, SidecarMetrics.Off, TimeProvider.System, NullLogger.Instance);

    /// <param name="operation">Null for one that hangs until it is cancelled.</param>
    private async Task RunAsync(PolicyPipeline pipeline, Func<int, ValueTask<bool>>? operation) => await pipeline.RunAsync(
        async (test, token) =>
        {
            var attempt = ++test._attempts;
            if (operation is not null) return await operation(attempt);
            await Task.Delay(Timeout.Infinite, token);
            return true;
        },
        this, CancellationToken.None);
}
