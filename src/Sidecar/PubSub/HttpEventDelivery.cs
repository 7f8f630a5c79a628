using McpMesh.Sidecar.Invocation;

namespace McpMesh.Sidecar.PubSub;

/// <summary>Posts the events of one subscription to the app.</summary>
internal sealed class HttpEventDelivery(AppChannel app, Subscription subscription) : IEventDelivery
{
    public async Task<DeliveryResult> DeliverAsync(RoutedEvent routed, CancellationToken cancellationToken)
    {
        var headers = DeliveryHeaders.Of(subscription.PubSubName, routed.TraceParent, routed.Leased.Message.Metadata);
        var answer = await app.PostAsync(routed.Path, routed.Envelope, CloudEventEnvelope.MediaType, headers, cancellationToken);
        return Read(answer);
    }

    public async Task<DeliveryResult[]> DeliverBulkAsync(IReadOnlyList<RoutedEvent> events, CancellationToken cancellationToken)
    {
        var headers = DeliveryHeaders.Of(subscription.PubSubName, events[^1].TraceParent, null);
        var answer = await app.PostAsync(events[0].Path, new BulkEnvelope(subscription, events), headers, cancellationToken);
        var results = new DeliveryResult[events.Count];
        if (answer is null || answer.Status is < 200 or > 299)
        {
            Array.Fill(results, Read(answer));
            return results;
        }

        var statuses = DeliveryStatus.OfBulkAnswer(answer.Body);
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = statuses.TryGetValue(events[i].EntryId, out var status)
                ? status
                : new DeliveryResult(DeliveryOutcome.Retry, Reason: "the app's answer does not name it");
        }

        return results;
    }

    private static DeliveryResult Read(AppAnswer? answer)
    {
        if (answer is null) return new DeliveryResult(DeliveryOutcome.Unreachable, Reason: "the app takes no connection");
        return ReferenceEquals(answer, AppAnswer.BrokenOff)
            ? new DeliveryResult(DeliveryOutcome.Retry, Reason: "the app broke the connection")
            : DeliveryStatus.OfAnswer(answer.Status, answer.Body);
    }
}
