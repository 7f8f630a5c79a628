using System.Buffers;
using System.Text.Json;
using McpMesh.Sidecar.Invocation;

namespace McpMesh.Sidecar.PubSub;

/// <summary>Posts messages of one subscription to the app.</summary>
internal sealed class EventDelivery(AppChannel app, Subscription subscription, string appId)
{
    public async Task<DeliveryOutcome> DeliverAsync(LeasedMessage leased, CancellationToken cancellationToken)
    {
        var body = BodyOf(leased.Message);
        if (PathFor(body, out var traceParent) is not { } path) return DeliveryOutcome.Drop;
        var answer = await app.PostAsync(path, body, CloudEventEnvelope.MediaType, traceParent, subscription.PubSubName, cancellationToken);
        return answer is null ? DeliveryOutcome.Unreachable : DeliveryStatus.OfAnswer(answer.Status, answer.Body);
    }

    /// <summary>One outcome a message, in order.</summary>
    public async Task<DeliveryOutcome[]> DeliverBulkAsync(IReadOnlyList<LeasedMessage> messages, CancellationToken cancellationToken)
    {
        var outcomes = new DeliveryOutcome[messages.Count];
        var bodies = messages.Select(message => BodyOf(message.Message)).ToArray();
        var paths = new string?[messages.Count];
        string? traceParent = null;
        for (var i = 0; i < bodies.Length; i++) paths[i] = PathFor(bodies[i], out traceParent);
        foreach (var route in Enumerable.Range(0, messages.Count).GroupBy(i => paths[i]))
        {
            var indexes = route.ToArray();
            if (route.Key is null)
            {
                foreach (var index in indexes) outcomes[index] = DeliveryOutcome.Drop;
                continue;
            }

            var body = WriteBulk(indexes, messages, bodies);
            var answer = await app.PostAsync(route.Key, body, "application/json", traceParent, subscription.PubSubName, cancellationToken);
            var read = answer is { Status: >= 200 and < 300 } ? DeliveryStatus.OfBulkAnswer(answer.Body) : [];
            foreach (var index in indexes)
            {
                outcomes[index] = answer switch
                {
                    null => DeliveryOutcome.Unreachable,
                    { Status: 404 } => DeliveryOutcome.Drop,
                    _ => read.GetValueOrDefault(EntryId(messages[index]), DeliveryOutcome.Retry),
                };
            }
        }

        return outcomes;
    }

    private static string EntryId(LeasedMessage message) => $"{message.Id}";

    // A raw subscription sees bytes only; a raw message for an ordinary subscription is wrapped the same way.
    private byte[] BodyOf(BrokerMessage message)
    {
        if (!subscription.IsRaw && !message.IsRaw) return message.Payload;
        var origin = new EventOrigin(appId, subscription.PubSubName, subscription.Topic, "", "", new Dictionary<string, string>());
        return CloudEventEnvelope.Create(message.Payload, "application/octet-stream", origin, TimeProvider.System.GetUtcNow());
    }

    private string? PathFor(byte[] body, out string? traceParent)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        traceParent = root.TryGetProperty("traceparent", out var trace) && trace.ValueKind == JsonValueKind.String
            ? trace.GetString()
            : null;
        foreach (var rule in subscription.Rules)
        {
            if (rule.Match.IsMatch(root))
                return rule.Path;
        }

        return subscription.DefaultPath;
    }

    private byte[] WriteBulk(int[] indexes, IReadOnlyList<LeasedMessage> messages, byte[][] bodies)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", Guid.NewGuid().ToString());
            json.WriteStartArray("entries");
            foreach (var index in indexes)
            {
                json.WriteStartObject();
                json.WriteString("entryId", EntryId(messages[index]));
                WriteEvent(json, messages[index].Message, bodies[index]);
                json.WriteStartObject("metadata");
                json.WriteString("pubsubName", subscription.PubSubName);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartObject("metadata");
            json.WriteEndObject();
            json.WriteString("pubsubname", subscription.PubSubName);
            json.WriteString("topic", subscription.Topic);
            json.WriteString("type", "com.dapr.event.sent.bulk");
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    // In a bulk request, bytes go without an envelope.
    private void WriteEvent(Utf8JsonWriter json, BrokerMessage message, byte[] body)
    {
        if (subscription.IsRaw)
        {
            json.WriteBase64String("event", message.Payload);
            json.WriteString("contentType", "application/octet-stream");
            return;
        }

        json.WritePropertyName("event");
        json.WriteRawValue(body, skipInputValidation: true);
        json.WriteString("contentType", CloudEventEnvelope.MediaType);
    }
}
