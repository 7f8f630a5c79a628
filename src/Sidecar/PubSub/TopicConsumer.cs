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
                if (await ClaimAndStartAsync(stop, abort) == 0)
                    await broker.WaitForWorkAsync(appId, subscription.Topic, change, stop);
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
                _ = DeliverBulkAsync(claimed, free, abort);
                return claimed.Count;
            }

            foreach (var message in claimed)
            {
                started++;
                _ = DeliverOneAsync(message, abort);
            }

            return claimed.Count;
        }
        finally
        {
            if (free > started) _slots.Release(free - started);
        }
    }

    private async Task DeliverOneAsync(LeasedMessage message, CancellationToken abort)
    {
        try
        {
            await SettleAsync([message], [await delivery.DeliverAsync(message, abort)]);
        }
        catch (Exception error) when (IsExpected(error))
        {
            // Not settled: the lease runs out and the message comes again.
            NotSettled(logger, subscription.Topic, error.Message);
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task DeliverBulkAsync(IReadOnlyList<LeasedMessage> messages, int slots, CancellationToken abort)
    {
        try
        {
            await SettleAsync(messages, await delivery.DeliverBulkAsync(messages, abort));
        }
        catch (Exception error) when (IsExpected(error))
        {
            NotSettled(logger, subscription.Topic, error.Message);
        }
        finally
        {
            _slots.Release(slots);
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
                if (subscription.DeadLetterTopic is { } topic) return new Settlement(message.Id, null, message.Message with { Topic = topic });
                Dropped(logger, subscription.Topic, message.Id);
                return new Settlement(message.Id, null);
        }
    }

    private static TimeSpan DelayAfter(int attempt) =>
        TimeSpan.FromTicks(Math.Min(LongestRetryDelay.Ticks, FirstRetryDelay.Ticks << Math.Min(attempt - 1, 10)));

    private static bool IsExpected(Exception error) =>
        error is OperationCanceledException or HttpRequestException or IOException or Storage.StorageException or InvalidOperationException;

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
}
