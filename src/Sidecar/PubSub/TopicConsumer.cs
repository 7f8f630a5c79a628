using McpMesh.Sidecar.Health;

namespace McpMesh.Sidecar.PubSub;

/// <summary>Takes messages of one subscription as fast as they are settled: several single deliveries at a time, or one bulk.</summary>
/// <param name="consumer">The broker's name for it.</param>
/// <param name="readiness">Null when nobody has to be waited for.</param>
internal sealed partial class TopicConsumer(
    IMessageBroker broker, string consumer, Subscription subscription, EventDispatch dispatch, AppReadiness? readiness, TimeProvider clock,
    ILogger logger) : IDisposable
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(500);
    private readonly int _parallel = broker.ParallelDeliveries;
    private readonly SemaphoreSlim _slots = new(broker.ParallelDeliveries);

    public void Dispose() => _slots.Dispose();

    /// <summary>Runs until <paramref name="stop"/>; deliveries under way end by themselves or with <paramref name="abort"/>.</summary>
    public async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        try
        {
            await WorkAsync(stop, abort);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await DrainAsync(abort);
        }
        catch (ObjectDisposedException)
        {
            // The broker is closed: its sidecar stops.
        }
        finally
        {
            broker.Leave(consumer, subscription.Topic);
        }
    }

    /// <summary>A broker that fails is asked again: a lock, a full disk or a removed file pass, and its messages are still there.</summary>
    private async Task WorkAsync(CancellationToken stop, CancellationToken abort)
    {
        var (subscribed, failing) = (false, false);
        while (true)
        {
            try
            {
                if (!subscribed) await broker.SubscribeAsync(consumer, subscription.Topic);
                subscribed = true;
                await TakeAsync(stop, abort);
                if (failing) Recovered(logger, subscription.Topic);
                failing = false;
            }
            catch (Storage.StorageException error)
            {
                if (!failing) Failing(logger, subscription.Topic, error.Message);
                failing = true;
                await Task.Delay(PauseAfterFailure, clock, stop);
            }
        }
    }

    private async Task TakeAsync(CancellationToken stop, CancellationToken abort)
    {
        if (readiness is not null) await readiness.WhenReadyAsync(stop);
        var change = broker.NextChange();
        var claimed = await ClaimAndStartAsync(stop, abort);
        if (claimed == 0) await broker.WaitForWorkAsync(consumer, subscription.Topic, change, stop);
        else if (claimed < subscription.Bulk?.MostMessages) await CollectAsync(subscription.Bulk.Collect, stop);
    }

    /// <summary>
    /// Lets messages gather. A claim, a delivery and a settlement cost a commit each whatever they hold, and publishers wait for the
    /// same file meanwhile.
    /// </summary>
    private Task CollectAsync(TimeSpan time, CancellationToken stop) =>
        time > TimeSpan.Zero ? Task.Delay(time, clock, stop) : Task.CompletedTask;

    private async Task<int> ClaimAndStartAsync(CancellationToken stop, CancellationToken abort)
    {
        await _slots.WaitAsync(stop);
        var free = 1;
        if (subscription.Bulk is null)
        {
            while (free < _parallel && await _slots.WaitAsync(TimeSpan.Zero, CancellationToken.None)) free++;
        }
        else
        {
            // One bulk at a time: while it is under way the next one fills up.
            while (free < _parallel)
            {
                await _slots.WaitAsync(stop);
                free++;
            }
        }

        var started = 0;
        try
        {
            var claimed = await broker.ClaimAsync(consumer, subscription.Topic, subscription.Bulk?.MostMessages ?? free);
            if (claimed.Count == 0) return 0;
            if (subscription.Bulk is not null)
            {
                started = free;
                _ = DeliverAsync(claimed, free, abort);
                return claimed.Count;
            }

            foreach (var message in claimed)
            {
                started++;
                _ = DeliverAsync([message], 1, abort);
            }

            return claimed.Count;
        }
        finally
        {
            if (free > started) _slots.Release(free - started);
        }
    }

    private async Task DeliverAsync(IReadOnlyList<LeasedMessage> messages, int slots, CancellationToken abort)
    {
        try
        {
            var results = await dispatch.DispatchAsync(messages, abort);
            if (Array.Exists(results, result => result.Outcome == DeliveryOutcome.Unreachable)) readiness?.Lost();
            await broker.SettleAsync(consumer, subscription.Topic, [.. messages.Zip(results, dispatch.SettlementOf)]);
        }
        catch (Exception error) when (error is OperationCanceledException or Storage.StorageException or InvalidOperationException)
        {
            // Nothing of it is renewed any more: the lease runs out (or is given back at the stop) and the message comes again.
            NotSettled(logger, subscription.Topic, error.Message);
        }
        finally
        {
            _slots.Release(slots);
        }
    }

    private async Task DrainAsync(CancellationToken abort)
    {
        try
        {
            for (var i = 0; i < _parallel; i++) await _slots.WaitAsync(abort);
        }
        catch (OperationCanceledException)
        {
            // The grace period is over: what is under way is given back to the broker.
        }
    }

    [LoggerMessage(1, LogLevel.Error, "messages of {Topic} cannot be taken, it is tried again: {Reason}")]
    private static partial void Failing(ILogger logger, string topic, string reason);

    [LoggerMessage(6, LogLevel.Information, "messages of {Topic} are taken again")]
    private static partial void Recovered(ILogger logger, string topic);

    [LoggerMessage(2, LogLevel.Warning, "a message of {Topic} was not settled and will be delivered again: {Reason}")]
    private static partial void NotSettled(ILogger logger, string topic, string reason);
}
