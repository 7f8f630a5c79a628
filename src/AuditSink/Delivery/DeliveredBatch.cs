using System.Text.Json;
using McpMesh.Audit.Ocsf;
using McpMesh.AuditSink.Storage;

namespace McpMesh.AuditSink.Delivery;

/// <summary>
/// A bulk delivery taken apart in one pass over its bytes. Each message is a CloudEvent whose data is <c>{"events":[…]}</c>; the events
/// stay slices of the body, and one that is bad does not touch its neighbours.
/// </summary>
internal sealed class DeliveredBatch
{
    /// <summary>Largest JSON of one event in bytes; the publisher's own limits stay far below.</summary>
    private const int LargestEvent = 1024 * 1024;

    /// <summary>Data nests as deep as a sidecar lets it through; a lower limit here would make a whole delivery unreadable.</summary>
    private static readonly JsonReaderOptions Deep = new() { MaxDepth = 16_384 };

    private readonly ReadOnlyMemory<byte> _body;

    private DeliveredBatch(ReadOnlyMemory<byte> body) => _body = body;

    internal List<DeliveredMessage> Messages { get; } = [];

    internal List<AuditRecord> Records { get; } = [];

    internal List<RefusedEvent> Refused { get; } = [];

    /// <exception cref="JsonException">The body is not JSON.</exception>
    internal static DeliveredBatch Read(ReadOnlyMemory<byte> body)
    {
        var batch = new DeliveredBatch(body);
        var reader = new Utf8JsonReader(body.Span, Deep);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("a delivery must be a JSON object");
        while (NextName(ref reader))
        {
            var isEntries = reader.ValueTextEquals("entries"u8);
            reader.Read();
            if (!isEntries || reader.TokenType != JsonTokenType.StartArray) reader.Skip();
            else batch.ReadEntries(ref reader);
        }
        return batch;
    }

    private void ReadEntries(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject) ReadEntry(ref reader);
            else reader.Skip(); // without an id there is nothing to answer
        }
    }

    private void ReadEntry(ref Utf8JsonReader reader)
    {
        var (entryId, refusal, first) = ("", "it has no event", Records.Count);
        while (NextName(ref reader))
        {
            var (isId, isEvent) = (reader.ValueTextEquals("entryId"u8), reader.ValueTextEquals("event"u8));
            reader.Read();
            if (isId && reader.TokenType == JsonTokenType.String) entryId = reader.GetString()!;
            else if (isEvent) refusal = ReadEnvelope(ref reader);
            else reader.Skip();
        }
        Messages.Add(new DeliveredMessage(entryId, refusal, Records.Count - first));
    }

    private string? ReadEnvelope(ref Utf8JsonReader reader)
    {
        const string noCloudEvent = "it is not a CloudEvent with a JSON object as data";
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return noCloudEvent;
        }
        var refusal = noCloudEvent;
        while (NextName(ref reader))
        {
            var isData = reader.ValueTextEquals("data"u8);
            reader.Read();
            if (isData && reader.TokenType == JsonTokenType.StartObject) refusal = ReadData(ref reader);
            else reader.Skip();
        }
        return refusal;
    }

    private string? ReadData(ref Utf8JsonReader reader)
    {
        string? refusal = "data.events must be an array";
        while (NextName(ref reader))
        {
            var isEvents = reader.ValueTextEquals("events"u8);
            reader.Read();
            if (!isEvents || reader.TokenType != JsonTokenType.StartArray)
            {
                reader.Skip();
                continue;
            }
            ReadEvents(ref reader);
            refusal = null;
        }
        return refusal;
    }

    private void ReadEvents(ref Utf8JsonReader reader)
    {
        for (var position = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; position++)
        {
            var start = (int)reader.TokenStartIndex;
            if (!OcsfReader.TryRead(ref reader, _body.Span, out var record, out var reason))
            {
                Refused.Add(new RefusedEvent(Messages.Count, position, reason));
                continue;
            }
            var json = _body[start..(int)reader.BytesConsumed];
            if (json.Length <= LargestEvent)
            {
                Records.Add(new AuditRecord(
                    TextOf(record, OcsfField.Id), TextOf(record, OcsfField.Transaction), record.Time, json));
            }
            else
            {
                Refused.Add(new RefusedEvent(
                    Messages.Count, position, $"the event has {json.Length} bytes; at most {LargestEvent} are taken"));
            }
        }
    }

    private ReadOnlyMemory<byte> TextOf(in OcsfRecord record, OcsfField field) =>
        record.TryPlace(field, out var place) ? _body[place] : record.Utf8(field).ToArray();

    private static bool NextName(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.PropertyName;
    }
}
