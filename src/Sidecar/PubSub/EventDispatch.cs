using McpMesh.Sidecar.Metrics;
using McpMesh.Sidecar.Resiliency;

namespace McpMesh.Sidecar.PubSub;

/// <summary>Brings claimed messages of one subscription to whoever asked for them, and says how each is to be settled.</summary>
/// <param name="policy">What a delivery runs under before the broker hears of a failure; asked for each, because it may change.</param>
/// <param name="deadLetterTopic">Null when there is none, or none that this app may publish to.</param>
internal sealed partial class EventDispatch(
    Subscription subscription, EventRouter router, IEventDelivery delivery, Func<PolicyPipeline> policy, IMessageBroker broker,
    string? deadLetterTopic, SidecarMetrics metrics, ILogger logger)
{
    /// <summary>One result a message, in order. A delivery that breaks for whatever reason is a failed attempt.</summary>
    public async Task<DeliveryResult[]> DispatchAsync(IReadOnlyList<LeasedMessage> messages, CancellationToken cancellationToken)
    {
        var begun = Elapsed.Begin();
        var results = await DispatchAllAsync(messages, cancellationToken);
        foreach (var result in results)
        {
            var outcome = result.Outcome switch
            {
                DeliveryOutcome.Success => "success",
                DeliveryOutcome.Retry or DeliveryOutcome.Unreachable => "retry",
                _ => "drop",
            };
            metrics.Delivered(subscription.PubSubName, subscription.Topic, outcome, begun.Milliseconds);
        }

        return results;
    }

    private async Task<DeliveryResult[]> DispatchAllAsync(IReadOnlyList<LeasedMessage> messages, CancellationToken cancellationToken)
    {
        var results = new DeliveryResult[messages.Count];
        var routed = messages.Select(router.Route).ToArray();
        for (var i = 0; i < routed.Length; i++)
        {
            if (routed[i].Refused is { } refused)
                results[i] = new DeliveryResult(refused, Reason: routed[i].Reason);
        }

        if (subscription.Bulk is null)
        {
            for (var i = 0; i < routed.Length; i++)
            {
                if (routed[i].Refused is null)
                    results[i] = await DeliverAsync(routed[i], cancellationToken);
            }

            return results;
        }

        foreach (var path in Enumerable.Range(0, routed.Length).Where(i => routed[i].Refused is null).GroupBy(i => routed[i].Path))
        {
            var indexes = path.ToArray();
            var delivered = await DeliverBulkAsync([.. indexes.Select(i => routed[i])], cancellationToken);
            for (var i = 0; i < indexes.Length; i++) results[indexes[i]] = delivered[i];
        }

        return results;
    }

    public Settlement SettlementOf(LeasedMessage message, DeliveryResult result)
    {
        switch (result.Outcome)
        {
            case DeliveryOutcome.Success:
                return new Settlement(message.Id, null);
            case DeliveryOutcome.Unreachable:
                return new Settlement(message.Id, TimeSpan.Zero, CountsAsAttempt: false);
            case DeliveryOutcome.Retry when deadLetterTopic is null:
                ComesAgain(logger, subscription.Topic, message.Id, message.Attempt, result.Reason ?? "");
                return new Settlement(message.Id, broker.RetryDelay(message.Attempt));
        }

        var reason = result.Reason ?? (result.Outcome == DeliveryOutcome.Expired ? "its time to live is over" : "no route takes it");
        if (deadLetterTopic is null)
        {
            Dropped(logger, subscription.Topic, message.Id, reason);
            return new Settlement(message.Id, null);
        }

        DeadLettered(logger, subscription.Topic, message.Id, deadLetterTopic, reason);
        // It has no time to live over there: somebody shall find it.
        return new Settlement(message.Id, null, message.Message with { Topic = deadLetterTopic, Expires = null });
    }

    private async Task<DeliveryResult> DeliverAsync(RoutedEvent routed, CancellationToken cancellationToken)
    {
        try
        {
            return await policy().RunAsync(AttemptAsync, routed, cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            return new DeliveryResult(DeliveryOutcome.Retry, Reason: error.Message);
        }
    }

    private async ValueTask<DeliveryResult> AttemptAsync(RoutedEvent routed, CancellationToken cancellationToken)
    {
        var result = await delivery.DeliverAsync(routed, cancellationToken);
        return result.Outcome == DeliveryOutcome.Retry ? throw new FailedAttemptException(result.Reason ?? "", result.Status) : result;
    }

    private async Task<DeliveryResult[]> DeliverBulkAsync(RoutedEvent[] events, CancellationToken cancellationToken)
    {
        var bulk = new BulkDelivery(delivery, events);
        try
        {
            await policy().RunAsync(static (state, token) => state.AttemptAsync(token), bulk, cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            bulk.Fail(error);
        }

        return bulk.Results;
    }

    [LoggerMessage(3, LogLevel.Warning, "message {Id} of {Topic} is dropped: {Reason}")]
    private static partial void Dropped(ILogger logger, string topic, long id, string reason);

    [LoggerMessage(4, LogLevel.Warning, "message {Id} of {Topic} was not handled and comes again (attempt {Attempt}): {Reason}")]
    private static partial void ComesAgain(ILogger logger, string topic, long id, int attempt, string reason);

    [LoggerMessage(5, LogLevel.Warning, "message {Id} of {Topic} goes to the dead letter topic {DeadLetterTopic}: {Reason}")]
    private static partial void DeadLettered(ILogger logger, string topic, long id, string deadLetterTopic, string reason);
}
