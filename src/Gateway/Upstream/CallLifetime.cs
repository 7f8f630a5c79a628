namespace McpMesh.Gateway.Upstream;

/// <summary>How long a call to a server may go on: until the agent no longer wants it, or the first byte of the answer is
/// overdue.</summary>
internal sealed class CallLifetime : IDisposable
{
    private readonly CancellationTokenSource _ended;
    private readonly CancellationTokenRegistration _givenUp;
    private readonly CancellationToken _unwanted;

    public CallLifetime(TimeSpan firstByteWithin, TimeProvider time, CancellationToken unwanted)
    {
        _unwanted = unwanted;
        _ended = new CancellationTokenSource(firstByteWithin, time);
        _givenUp = unwanted.UnsafeRegister(static ended => ((CancellationTokenSource)ended!).Cancel(), _ended);
    }

    public CancellationToken Token => _ended.Token;

    /// <summary>True when the agent gave up; false when time ran out.</summary>
    public bool IsUnwanted => _unwanted.IsCancellationRequested;

    /// <summary>From now on only the agent ends the call.</summary>
    public void AnswerBegan() => _ended.CancelAfter(Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _givenUp.Dispose();
        _ended.Dispose();
    }
}
