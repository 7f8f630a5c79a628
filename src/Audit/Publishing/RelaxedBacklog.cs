namespace McpMesh.Audit.Publishing;

/// <summary>Relaxed records whose publish failed, oldest first, and the growing pause between attempts.</summary>
internal sealed class RelaxedBacklog(AuditPublisherOptions options, TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<byte[]> _records = [];
    private readonly SemaphoreSlim _changed = new(0);
    private readonly CancellationTokenSource _closed = new();
    private TimeSpan _pause = options.FirstRetryDelay;
    private bool _isLastTry;
    private bool _failed;

    internal void Add(IReadOnlyList<byte[]> records)
    {
        if (records.Count == 0) return;
        lock (_gate) _records.AddRange(records);
        _changed.Release();
    }

    /// <summary>No more pauses: what is left is tried once more; <see cref="NextAsync"/> ends when empty or at the next failure.</summary>
    internal void Close()
    {
        _closed.Cancel();
        _changed.Release();
    }

    /// <summary>The next records to try again, after the pause; null when closed and empty.</summary>
    /// <param name="open">Makes the batch that takes as many of them as fit.</param>
    /// <param name="maxMessage">Most bytes of its message.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task<AuditBatch?> NextAsync(Func<AuditBatch> open, int maxMessage, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!IsEmpty())
            {
                if (_failed) return null;
                if (!_closed.IsCancellationRequested) await PauseAsync(cancellationToken).ConfigureAwait(false);
                _isLastTry = _closed.IsCancellationRequested;
                return Fill(open(), maxMessage);
            }
            if (_closed.IsCancellationRequested) return null;
            await _changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes what became durable; zero means the attempt failed and the pause grows.</summary>
    internal void Done(int durable)
    {
        lock (_gate) _records.RemoveRange(0, durable);
        // One that was already on its way when the backlog was closed is not the last: the broker may be back since.
        _failed = durable == 0 && _isLastTry;
        _pause = durable > 0 ? options.FirstRetryDelay : TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, options.LongestRetryDelay.Ticks));
    }

    public void Dispose()
    {
        _closed.Dispose();
        _changed.Dispose();
    }

    private bool IsEmpty()
    {
        lock (_gate) return _records.Count == 0;
    }

    private AuditBatch Fill(AuditBatch batch, int maxMessage)
    {
        lock (_gate)
        {
            foreach (var record in _records)
            {
                if (!batch.Takes(record.Length, maxMessage)) break;
                batch.AddRelaxed(record);
            }
        }
        return batch;
    }

    private async Task PauseAsync(CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closed.Token);
        try
        {
            await Task.Delay(_pause, time, ended.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Closed: the last attempt follows without a pause.
        }
    }
}
