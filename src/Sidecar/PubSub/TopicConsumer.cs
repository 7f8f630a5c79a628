using McpMesh.Sidecar.Health;

namespace McpMesh.Sidecar.PubSub;

/// <summary>Takes messages of one subscription as fast as the app settles them: several single deliveries at a time, or one bulk.</summary>
internal sealed partial class TopicConsumer(
    SqliteBroker broker, Subscription subscription, EventDelivery delivery, AppReadiness readiness, string appId, ILogger logger)
    : IDisposable
{
    private const int ParallelDeliveries = 16;
    private const int AttemptsBeforeDeadLetter = 4;
    private static readonly TimeSpan FirstRetryDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetryDelay = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim _slots = new(ParallelDeliveries);

    public Subscription Subscription => subscription;

    public void Dispose() => _slots.Dispose();

    /// <summary>Runs until <paramref name="stop"/>; deliveries under way end by themselves or with <paramref name="abort"/>.</summary>
    public async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        try
        {
            await broker.SubscribeAsync(appId, subscription.Topic);
            while (true)
            {
                await readiness.WhenReadyAsync(stop);
                var change = broker.NextChange();
                var claimed = await ClaimAndStartAsync(stop, abort);
                if (claimed == 0) await broker.WaitForWorkAsync(appId, subscription.Topic, change, stop);
                else if (claimed < subscription.Bulk?.MostMessages) await broker.CollectAsync(subscription.Bulk.Collect, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await DrainAsync(abort);
        }
        catch (Exception error) when (error is Storage.StorageException or InvalidOperationException)
        {
            Failed(logger, subscription.Topic, error.Message);
        }
    }

    private async Task<int> ClaimAndStartAsync(CancellationToken stop, CancellationToken abort)
    {
        await _slots.WaitAsync(stop);
        var free = 1;
        if (subscription.Bulk is null)
        {
            while (free < ParallelDeliveries && await _slots.WaitAsync(TimeSpan.Zero, CancellationToken.None)) free++;
        }
        else
        {
            // One bulk at a time: while it is under way the next one fills up.
            while (free < ParallelDeliveries)
            {
                await _slots.WaitAsync(stop);
                free++;
            }
        }

        var started = 0;
        try
        {
            var claimed = await broker.ClaimAsync(appId, subscription.Topic, subscription.Bulk?.MostMessages ?? free);
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
            await SettleAsync(messages, await OutcomesAsync(messages, abort));
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

    /// <summary>A delivery that broke for whatever reason is a failed attempt: its messages go back to the broker at once.</summary>
    private async Task<DeliveryOutcome[]> OutcomesAsync(IReadOnlyList<LeasedMessage> messages, CancellationToken abort)
    {
        try
        {
            return subscription.Bulk is null
                ? [await delivery.DeliverAsync(messages[0], abort)]
                : await delivery.DeliverBulkAsync(messages, abort);
        }
        catch (Exception error) when (!abort.IsCancellationRequested)
        {
            NotDelivered(logger, subscription.Topic, error.Message);
            return [.. Enumerable.Repeat(DeliveryOutcome.Retry, messages.Count)];
        }
    }

    private Task SettleAsync(IReadOnlyList<LeasedMessage> messages, DeliveryOutcome[] outcomes)
    {
        if (outcomes.Contains(DeliveryOutcome.Unreachable)) readiness.Lost();
        return broker.SettleAsync(appId, [.. messages.Select((message, index) => SettlementOf(message, outcomes[index]))]);
    }

    private Settlement SettlementOf(LeasedMessage message, DeliveryOutcome outcome)
    {
        switch (outcome)
        {
            case DeliveryOutcome.Success:
                return new Settlement(message.Id, null);
            case DeliveryOutcome.Unreachable:
                return new Settlement(message.Id, TimeSpan.Zero, CountsAsAttempt: false);
            case DeliveryOutcome.Retry when subscription.DeadLetterTopic is null || message.Attempt < AttemptsBeforeDeadLetter:
                return new Settlement(message.Id, DelayAfter(message.Attempt));
            default:
                if (subscription.DeadLetterTopic is { } topic)
                    return new Settlement(message.Id, null, message.Message with { Topic = topic });
                Dropped(logger, subscription.Topic, message.Id);
                return new Settlement(message.Id, null);
        }
    }

    private static TimeSpan DelayAfter(int attempt) =>
        TimeSpan.FromTicks(Math.Min(LongestRetryDelay.Ticks, FirstRetryDelay.Ticks << Math.Min(attempt - 1, 10)));

    private async Task DrainAsync(CancellationToken abort)
    {
        try
        {
            for (var i = 0; i < ParallelDeliveries; i++) await _slots.WaitAsync(abort);
        }
        catch (OperationCanceledException)
        {
            // The grace period is over: what is under way is given back to the broker.
        }
    }

    [LoggerMessage(1, LogLevel.Error, "subscription to {Topic} ended: {Reason}")]
    private static partial void Failed(ILogger logger, string topic, string reason);

    [LoggerMessage(2, LogLevel.Warning, "a message of {Topic} was not settled and will be delivered again: {Reason}")]
    private static partial void NotSettled(ILogger logger, string topic, string reason);

    [LoggerMessage(3, LogLevel.Warning, "message {Id} of {Topic} was dropped: the app refused it and there is no dead letter topic")]
    private static partial void Dropped(ILogger logger, string topic, long id);

    [LoggerMessage(4, LogLevel.Warning, "a delivery of {Topic} failed and will be repeated: {Reason}")]
    private static partial void NotDelivered(ILogger logger, string topic, string reason);
}
