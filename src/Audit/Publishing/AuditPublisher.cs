using Dapr.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpMesh.Audit.Publishing;

/// <summary>
/// Group commit to the topic: while the allowed publishes are in flight, arriving records gather in batches, and each batch is one
/// message, so broker and subscriber pay per batch too. An idle publisher sends at once; a busy one sends larger batches, and after one
/// that held many callers it gives those a moment to come back with their next records: otherwise the quickest of them would make a batch
/// of their own, for whose commit all others wait.
/// </summary>
internal sealed partial class AuditPublisher(
    DaprClient dapr, IOptions<AuditPublisherOptions> options, AuditMetrics metrics, TimeProvider time, ILogger<AuditPublisher> logger)
    : IAuditPublisher, IHostedService, IDisposable
{
    /// <summary>Records from which on a batch says that many calls are under way.</summary>
    private const int ManyRecords = 16;

    private readonly AuditPublisherOptions _options = options.Value;
    private readonly Lock _gate = new();
    private readonly Queue<AuditBatch> _waiting = new();
    private readonly RelaxedBacklog _backlog = new(options.Value, time);
    private readonly CancellationTokenSource _aborted = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private AuditBatch? _open;
    private long _queuedBytes;
    private int _publishing;
    private int _relaxed;
    private long _relaxedBytes;
    private int _disposed;
    private bool _stopping;
    private Task _retrying = Task.CompletedTask;

    public ValueTask RecordAsync(AuditEvent auditEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(auditEvent);
        cancellationToken.ThrowIfCancellationRequested();
        var record = RecordWriter.Write(auditEvent);
        Task durable;
        bool start;
        lock (_gate)
        {
            if (_stopping) throw new AuditUnavailableException("The audit publisher is stopping.");
            if (_queuedBytes >= _options.MaxQueuedBytes)
                throw new AuditUnavailableException("Too many audit records wait for the sidecar.");
            durable = Batch(record.Length).Add(record);
            start = TakePublisher();
        }
        if (start) Start();
        return new ValueTask(cancellationToken.CanBeCanceled ? durable.WaitAsync(cancellationToken) : durable);
    }

    public bool TryEnqueue(AuditEvent auditEvent)
    {
        ArgumentNullException.ThrowIfNull(auditEvent);
        var record = RecordWriter.Write(auditEvent);
        bool start;
        lock (_gate)
        {
            if (_stopping || _relaxedBytes >= _options.MaxRelaxedBytes || _queuedBytes >= _options.MaxQueuedBytes) return false;
            _relaxed++;
            _relaxedBytes += record.Length;
            Batch(record.Length).AddRelaxed(record);
            start = TakePublisher();
        }
        if (start) Start();
        return true;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _retrying = RetryAsync(_aborted.Token);
        return Task.CompletedTask;
    }

    /// <summary>Refuses new records, then publishes what was accepted until all is durable or the host's patience ends.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _stopping = true;
            if (_publishing == 0) _idle.TrySetResult();
        }
        try
        {
            await _idle.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            _backlog.Close(); // only now: a batch that failed while the queue drained is in the backlog too
            await _retrying.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await _aborted.CancelAsync().ConfigureAwait(false);
        }
        int lost;
        lock (_gate) lost = _relaxed;
        if (lost == 0) return;
        metrics.Lost(lost);
        LogLost(logger, lost);
    }

    /// <summary>The container holds the publisher under several types and disposes it once for each.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _aborted.Cancel();
        _aborted.Dispose();
        _backlog.Dispose();
    }

    /// <summary>The batch that takes the next record. Under the lock.</summary>
    private AuditBatch Batch(int bytes)
    {
        if (_open?.Takes(bytes, _options.MaxMessageBytes) != true) _waiting.Enqueue(_open = new AuditBatch(time.GetTimestamp()));
        _queuedBytes += bytes;
        return _open;
    }

    /// <summary>Whether the caller has to start one more publisher. Under the lock.</summary>
    private bool TakePublisher()
    {
        if (_publishing >= _options.MaxConcurrentPublishes) return false;
        _publishing++;
        return true;
    }

    private void Start() => ThreadPool.UnsafeQueueUserWorkItem(static publisher => _ = publisher.DrainAsync(), this, preferLocal: false);

    private async Task DrainAsync()
    {
        var sent = 0;
        while (true)
        {
            if (sent >= ManyRecords && _options.GatherTime > TimeSpan.Zero) await Task.Delay(_options.GatherTime, time).ConfigureAwait(false);
            AuditBatch? batch;
            lock (_gate)
            {
                if (!_waiting.TryDequeue(out batch))
                {
                    if (--_publishing == 0 && _stopping) _idle.TrySetResult();
                    return;
                }
                if (batch == _open) _open = null;
                _queuedBytes -= batch.RecordBytes;
            }
            sent = batch.Count;
            var error = await PublishAsync(batch).ConfigureAwait(false);
            if (error is null)
            {
                Settle(batch);
                batch.Succeed();
                batch.Release();
            }
            else
            {
                _backlog.Add(batch.Relaxed());
                batch.Fail(error);
            }
        }
    }

    /// <summary>Publishes records that nobody waits for again, until they are durable or the host stops.</summary>
    private async Task RetryAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await _backlog.NextAsync(Open, _options.MaxMessageBytes, cancellationToken).ConfigureAwait(false) is { } batch)
            {
                var error = await PublishAsync(batch).ConfigureAwait(false);
                _backlog.Done(error is null ? batch.Count : 0);
                if (error is not null) continue;
                Settle(batch);
                batch.Release();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // StopAsync counts what is left.
        }
    }

    private AuditBatch Open() => new(time.GetTimestamp());

    private void Settle(AuditBatch batch)
    {
        if (batch.RelaxedCount == 0) return;
        lock (_gate)
        {
            _relaxed -= batch.RelaxedCount;
            _relaxedBytes -= batch.RelaxedBytes;
        }
    }

    /// <summary>One message. Null when every record is durable; nothing escapes but that answer.</summary>
    private async Task<AuditUnavailableException?> PublishAsync(AuditBatch batch)
    {
        var left = _options.Timeout - time.GetElapsedTime(batch.OpenedAt);
        if (left <= TimeSpan.Zero) return Unavailable(batch, new TimeoutException("The sidecar was busy with earlier records."));
        using var timeout = new CancellationTokenSource(left, time);
        try
        {
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _aborted.Token);
            await dapr
                .PublishByteEventAsync(_options.PubSubName, _options.Topic, batch.Close(), cancellationToken: linked.Token)
                .ConfigureAwait(false);
            metrics.Published(batch.Count, time.GetElapsedTime(batch.OpenedAt));
            return null;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return Unavailable(batch, new TimeoutException($"The sidecar did not accept the records within {_options.Timeout}."));
        }
#pragma warning disable CA1031 // Whatever went wrong: an exception that escapes here would leave the callers waiting.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return Unavailable(batch, error);
        }
    }

    private AuditUnavailableException Unavailable(AuditBatch batch, Exception error)
    {
        metrics.Failed(batch.Count);
        LogFailed(logger, batch.Count, error);
        return new AuditUnavailableException("The audit record could not be made durable.", error);
    }

    [LoggerMessage(LogLevel.Error, "A publish of {Count} audit records failed")]
    private static partial void LogFailed(ILogger logger, int count, Exception error);

    [LoggerMessage(LogLevel.Critical, "{Count} relaxed audit records are lost: the sidecar did not accept them before shutdown")]
    private static partial void LogLost(ILogger logger, int count);
}
