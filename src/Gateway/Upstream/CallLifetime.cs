namespace McpMesh.Gateway.Upstream;

/// <summary>How long a call to a server may go on: until the agent no longer wants it, or the first byte of the answer is
/// overdue.</summary>
internal sealed class CallLifetime : IDisposable
{
    private readonly CancellationTokenSource _overdue;
    private readonly CancellationTokenSource _either;
    private readonly CancellationToken _unwanted;

    public CallLifetime(TimeSpan firstByteWithin, TimeProvider time, CancellationToken unwanted)
    {
        _unwanted = unwanted;
        _overdue = new CancellationTokenSource(firstByteWithin, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_overdue.Token, unwanted);
    }

    public CancellationToken Token => _either.Token;

    /// <summary>True when the agent gave up; false when time ran out.</summary>
    public bool IsUnwanted => _unwanted.IsCancellationRequested;

    /// <summary>From now on only the agent ends the call.</summary>
    public void AnswerBegan() => _overdue.CancelAfter(Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _either.Dispose();
        _overdue.Dispose();
    }
}
