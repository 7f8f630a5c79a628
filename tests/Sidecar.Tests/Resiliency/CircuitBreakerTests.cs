using McpMesh.Sidecar.Resiliency;
using McpMesh.Sidecar.Tests.Harness;

namespace McpMesh.Sidecar.Tests.Resiliency;

public sealed class CircuitBreakerTests
{
    private readonly SteppedClock _clock = new();
    private readonly List<string> _changes = [];

    [Fact]
    public void It_opens_by_the_trip_and_lets_nothing_through_until_the_timeout()
    {
        var breaker = Breaker(new() { Trip = TripExpression.Parse("consecutiveFailures >= 2"), Timeout = TimeSpan.FromSeconds(10) });
        Fail(breaker);
        Fail(breaker);
        Assert.Equal("circuit breaker is open", Assert.Throws<CircuitOpenException>(() => breaker.Enter()).Message);
        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Throws<CircuitOpenException>(() => breaker.Enter());
        _clock.Advance(TimeSpan.FromSeconds(1));
        breaker.Leave(breaker.Enter(), true);
        Assert.Equal(CircuitState.Closed, breaker.State);
        Assert.Equal(["Closed-Open", "Open-HalfOpen", "HalfOpen-Closed"], _changes);
    }

    [Fact]
    public void Half_open_lets_as_many_through_as_maxRequests_and_a_failure_opens_it_again()
    {
        var breaker = Breaker(
            new() { MaxRequests = 2, Trip = TripExpression.Parse("totalFailures > 0"), Timeout = TimeSpan.FromSeconds(1) });
        Fail(breaker);
        _clock.Advance(TimeSpan.FromSeconds(1));
        var first = breaker.Enter();
        breaker.Enter();
        Assert.Equal("too many requests", Assert.Throws<CircuitOpenException>(() => breaker.Enter()).Message);
        breaker.Leave(first, false);
        Assert.Equal(CircuitState.Open, breaker.State);
    }

    [Fact]
    public void A_result_from_before_the_change_of_state_counts_for_nothing()
    {
        var breaker = Breaker(new() { Trip = TripExpression.Parse("totalFailures > 0"), Timeout = TimeSpan.FromSeconds(1) });
        var slow = breaker.Enter();
        Fail(breaker);
        _clock.Advance(TimeSpan.FromSeconds(1));
        breaker.Leave(slow, false);
        Assert.Equal(CircuitState.HalfOpen, breaker.State);
    }

    [Fact]
    public void A_caller_that_gave_up_leaves_its_place_in_a_half_open_circuit()
    {
        var breaker = Breaker(new() { Trip = TripExpression.Parse("totalFailures > 0"), Timeout = TimeSpan.FromSeconds(1) });
        Fail(breaker);
        _clock.Advance(TimeSpan.FromSeconds(1));
        breaker.Leave(breaker.Enter(), null);
        breaker.Leave(breaker.Enter(), true);
        Assert.Equal(CircuitState.Closed, breaker.State);
    }

    [Fact]
    public void The_interval_forgets_what_a_closed_circuit_has_counted()
    {
        var breaker = Breaker(new() { Trip = TripExpression.Parse("totalFailures >= 2"), Interval = TimeSpan.FromSeconds(5) });
        Fail(breaker);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Fail(breaker);
        Assert.Equal(CircuitState.Closed, breaker.State);
        Fail(breaker);
        Assert.Equal(CircuitState.Open, breaker.State);
    }

    private static void Fail(CircuitBreaker breaker) => breaker.Leave(breaker.Enter(), false);

    private CircuitBreaker Breaker(CircuitBreakerPolicy policy) => new(policy, _clock, (from, to) => _changes.Add($"{from}-{to}"));
}
