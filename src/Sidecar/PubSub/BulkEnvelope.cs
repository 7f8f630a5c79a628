using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace McpMesh.Sidecar.PubSub;

/// <summary>The body of a bulk delivery. Events are sent from where they lie, with the frame between them.</summary>
internal sealed class BulkEnvelope : HttpContent
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private readonly List<ReadOnlyMemory<byte>> _parts;

    public BulkEnvelope(Subscription subscription, IReadOnlyList<RoutedEvent> events)
    {
        _parts = new List<ReadOnlyMemory<byte>>((events.Count * 2) + 1);
        var frame = new StringBuilder($$"""{"id":"{{Guid.NewGuid()}}","entries":[""");
        for (var i = 0; i < events.Count; i++)
        {
            if (i > 0) frame.Append(',');
            AddEntry(frame, events[i], subscription.IsRaw);
        }

        var (pubSubName, topic) = (JsonEncodedText.Encode(subscription.PubSubName), JsonEncodedText.Encode(subscription.Topic));
        frame.Append($$"""],"metadata":{"{{DeliveryHeaders.PubSubName}}":"{{pubSubName}}"},"pubsubname":"{{pubSubName}}",""")
            .Append($"\"topic\":\"{topic}\",\"type\":\"com.dapr.event.sent.bulk\"}}");
        AddFrame(frame);
        Headers.ContentType = Json;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        foreach (var part in _parts) await stream.WriteAsync(part, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _parts.Sum(part => (long)part.Length);
        return true;
    }

    private void AddEntry(StringBuilder frame, RoutedEvent one, bool isRaw)
    {
        var message = one.Leased.Message;
        frame.Append($$"""{"entryId":"{{one.EntryId}}","event":""");
        if (isRaw)
        {
            frame.Append('"').Append(Convert.ToBase64String(message.Payload)).Append("\",\"contentType\":\"application/octet-stream\"");
        }
        else
        {
            AddFrame(frame);
            _parts.Add(one.Envelope);
            frame.Append($",\"contentType\":\"{CloudEventEnvelope.MediaType}\"");
        }

        frame.Append(",\"metadata\":").Append(message.Metadata?.Json ?? "{}").Append('}');
    }

    private void AddFrame(StringBuilder frame)
    {
        _parts.Add(Encoding.UTF8.GetBytes(frame.ToString()));
        frame.Clear();
    }
}
