using System.Globalization;
using System.Text.Json;
using McpMesh.Sidecar.Expressions;

namespace McpMesh.Sidecar.PubSub;

/// <summary>Reads a message as a CloudEvent and finds its path by the subscription's rules.</summary>
internal sealed class EventRouter(Subscription subscription, TimeProvider clock)
{
    private static readonly ReadOnlyMemory<byte> Nothing = ReadOnlyMemory<byte>.Empty;

    public RoutedEvent Route(LeasedMessage leased)
    {
        var message = leased.Message;
        if (message.Expires is { } expires && expires <= clock.GetUtcNow().ToUnixTimeMilliseconds()) return Refuse(DeliveryOutcome.Expired);
        if (!subscription.IsRaw && !message.IsRaw && subscription.Rules is [{ Match: null, Path: var everything }, ..]
            && EventHead.TryRead(message.Payload, out var head))
        {
            return HasExpired(head.Expiration)
                ? Refuse(DeliveryOutcome.Expired)
                : new RoutedEvent(leased, subscription.PubSubName, message.Payload, everything, head.Trace);
        }

        var envelope = subscription.IsRaw
            ? RawEnvelope.Create(message.Payload, message.Topic, subscription.PubSubName, message.Metadata)
            : message.Payload;
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(envelope);
        }
        catch (JsonException error)
        {
            return Refuse(DeliveryOutcome.Retry, $"it is not a CloudEvent (a publisher's raw bytes need rawPayload): {error.Message}");
        }

        using (document)
        {
            var cloudEvent = document.RootElement;
            if (cloudEvent.ValueKind != JsonValueKind.Object)
                return Refuse(DeliveryOutcome.Retry, "it is not a CloudEvent (a publisher's raw bytes need rawPayload): no JSON object");
            if (HasExpired(TextOf(cloudEvent, "expiration"))) return Refuse(DeliveryOutcome.Expired);
            try
            {
                return PathFor(cloudEvent) is { } path
                    ? new RoutedEvent(
                        leased, subscription.PubSubName, envelope, path,
                        TextOf(cloudEvent, "traceparent") ?? TextOf(cloudEvent, "traceid"))
                    : Refuse(DeliveryOutcome.Drop);
            }
            catch (CelEvaluationException error)
            {
                return Refuse(DeliveryOutcome.Retry, $"no route can be found for it: {error.Message}");
            }
        }

        RoutedEvent Refuse(DeliveryOutcome outcome, string? reason = null) =>
            new(leased, subscription.PubSubName, Nothing, "", null, outcome, reason);
    }

    private string? PathFor(JsonElement cloudEvent)
    {
        foreach (var rule in subscription.Rules)
        {
            if (rule.Match is null || rule.Match.IsTrueOf(cloudEvent))
                return rule.Path;
        }

        return null;
    }

    private bool HasExpired(string? text) =>
        text is { Length: > 0 }
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var expiration)
        && expiration < clock.GetUtcNow();

    private static string? TextOf(JsonElement cloudEvent, string attribute) =>
        cloudEvent.TryGetProperty(attribute, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
