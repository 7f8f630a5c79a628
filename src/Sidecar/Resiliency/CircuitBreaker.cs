namespace McpMesh.Sidecar.Resiliency;

/// <summary>
/// One circuit: closed it lets everything through and counts, open nothing, half open a few. Results of an earlier state are ignored.
/// </summary>
internal sealed class CircuitBreaker(CircuitBreakerPolicy policy, TimeProvider clock, Action<CircuitState, CircuitState> changed)
{
    private readonly Lock _gate = new();
    private CircuitState _state = CircuitState.Closed;
    private BreakerCounts _counts;
    private long _generation;
    private long _since = clock.GetTimestamp();

    public CircuitState State
    {
        get
        {
            lock (_gate)
            {
                Advance();
                return _state;
            }
        }
    }

    /// <summary>Begins an attempt; the number returned goes to <see cref="Leave"/>.</summary>
    /// <exception cref="CircuitOpenException">Nothing passes now.</exception>
    public long Enter()
    {
        lock (_gate)
        {
            Advance();
            if (_state == CircuitState.Open) throw new CircuitOpenException(halfOpen: false);
            if (_state == CircuitState.HalfOpen && _counts.Requests >= policy.MaxRequests) throw new CircuitOpenException(halfOpen: true);
            _counts = _counts.WithRequest();
            return _generation;
        }
    }

    /// <param name="succeeded">Null when the caller gave up: that says nothing about the target.</param>
    public void Leave(long entered, bool? succeeded)
    {
        lock (_gate)
        {
            Advance();
            if (entered != _generation) return;
            switch (succeeded)
            {
                case null:
                    _counts = _counts.WithoutRequest();
                    break;
                case true:
                    _counts = _counts.WithSuccess();
                    if (_state == CircuitState.HalfOpen && _counts.ConsecutiveSuccesses >= policy.MaxRequests) Become(CircuitState.Closed);
                    break;
                case false:
                    _counts = _counts.WithFailure();
                    if (_state == CircuitState.HalfOpen || policy.Trip.Trips(_counts)) Become(CircuitState.Open);
                    break;
            }
        }
    }

    private void Advance()
    {
        var age = clock.GetElapsedTime(_since);
        if (_state == CircuitState.Open && age >= policy.Timeout) Become(CircuitState.HalfOpen);
        else if (_state == CircuitState.Closed && policy.Interval > TimeSpan.Zero && age >= policy.Interval) Forget();
    }

    private void Become(CircuitState next)
    {
        var before = _state;
        _state = next;
        Forget();
        changed(before, next);
    }

    private void Forget()
    {
        _counts = default;
        _generation++;
        _since = clock.GetTimestamp();
    }
}
