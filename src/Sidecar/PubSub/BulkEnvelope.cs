using System.Buffers;
using System.Text.Json;

namespace McpMesh.Sidecar.PubSub;

/// <summary>The body of a bulk delivery.</summary>
internal static class BulkEnvelope
{
    public static ReadOnlyMemory<byte> Create(Subscription subscription, IReadOnlyList<RoutedEvent> events)
    {
        var buffer = new ArrayBufferWriter<byte>(events.Sum(one => one.Envelope.Length + 128) + 256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", Guid.NewGuid().ToString());
            json.WriteStartArray("entries");
            foreach (var one in events) WriteEntry(json, subscription, one);
            json.WriteEndArray();
            json.WriteStartObject("metadata");
            json.WriteString(DeliveryHeaders.PubSubName, subscription.PubSubName);
            json.WriteEndObject();
            json.WriteString("pubsubname", subscription.PubSubName);
            json.WriteString("topic", subscription.Topic);
            json.WriteString("type", "com.dapr.event.sent.bulk");
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteEntry(Utf8JsonWriter json, Subscription subscription, RoutedEvent one)
    {
        json.WriteStartObject();
        json.WriteString("entryId", one.EntryId);
        if (subscription.IsRaw)
        {
            json.WriteBase64String("event", one.Leased.Message.Payload);
            json.WriteString("contentType", "application/octet-stream");
        }
        else
        {
            json.WritePropertyName("event");
            json.WriteRawValue(one.Envelope.Span, skipInputValidation: true);
            json.WriteString("contentType", CloudEventEnvelope.MediaType);
        }

        json.WritePropertyName("metadata");
        if (one.Leased.Message.Metadata is { } metadata) json.WriteRawValue(metadata.Json, skipInputValidation: true);
        else json.WriteRawValue("{}"u8, skipInputValidation: true);
        json.WriteEndObject();
    }
}
