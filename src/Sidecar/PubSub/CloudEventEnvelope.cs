using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace McpMesh.Sidecar.PubSub;

/// <summary>
/// Builds the CloudEvents 1.0 envelope (JSON format) around published data. Data comes last: <see cref="EventHead"/> relies on it.
/// </summary>
internal static class CloudEventEnvelope
{
    public const string MediaType = "application/cloudevents+json";

    public const string DefaultType = "com.dapr.event.sent";

    /// <summary>The source of an event whose publisher did not say who he is.</summary>
    public const string UnknownSource = "Dapr";

    private const int HeadSize = 1024;

    private static readonly string[] Overridable = ["id", "type", "source", "subject", "traceid", "traceparent", "tracestate"];

    /// <summary>Wraps data; a CloudEvent is completed instead, and no override touches it.</summary>
    /// <exception cref="JsonException">The data claims to be a CloudEvent and is not JSON.</exception>
    public static byte[] Create(ReadOnlyMemory<byte> data, string contentType, EventOrigin origin, DateTimeOffset now)
    {
        var media = MediaTypeOf(contentType);
        if (IsJson(media) && TryParse(data)) return Embed(data.Span, contentType, origin, now);
        var buffer = new ArrayBufferWriter<byte>(data.Length + HeadSize);
        using (var json = new Utf8JsonWriter(buffer))
        {
            if (IsCloudEvent(media)) WriteCompleted(json, data, origin, now);
            else WriteWrapped(json, data, contentType, media, origin, now);
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static bool IsCloudEvent(string mediaType) => mediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase);

    /// <summary>Only this one: daprd embeds other JSON types as text.</summary>
    public static bool IsJson(string mediaType) => mediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase);

    public static bool IsText(string mediaType) =>
        mediaType.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
        || mediaType.Equals("application/xml", StringComparison.OrdinalIgnoreCase);

    public static bool IsBinary(string mediaType) =>
        mediaType.ToUpperInvariant() is "APPLICATION/OCTET-STREAM" or "APPLICATION/CLOUDEVENTS+PROTOBUF";

    public static string MediaTypeOf(string contentType)
    {
        var parameters = contentType.IndexOf(';', StringComparison.Ordinal);
        return parameters < 0 ? contentType.Trim() : contentType[..parameters].Trim();
    }

    /// <summary>JSON data may be large, and goes as it is: it is copied once, behind the attributes.</summary>
    private static byte[] Embed(ReadOnlySpan<byte> data, string contentType, EventOrigin origin, DateTimeOffset now)
    {
        var head = new ArrayBufferWriter<byte>(HeadSize);
        using (var json = new Utf8JsonWriter(head))
        {
            json.WriteStartObject();
            WriteAttributes(json, contentType, origin, now);
        }

        var embedded = ",\"data\":"u8;
        var envelope = GC.AllocateUninitializedArray<byte>(head.WrittenCount + embedded.Length + data.Length + 1);
        head.WrittenSpan.CopyTo(envelope);
        embedded.CopyTo(envelope.AsSpan(head.WrittenCount));
        data.CopyTo(envelope.AsSpan(head.WrittenCount + embedded.Length));
        envelope[^1] = (byte)'}';
        return envelope;
    }

    private static void WriteWrapped(
        Utf8JsonWriter json, ReadOnlyMemory<byte> data, string contentType, string media, EventOrigin origin, DateTimeOffset now)
    {
        json.WriteStartObject();
        WriteAttributes(json, contentType, origin, now);
        if (IsBinary(media)) json.WriteBase64String("data_base64", data.Span);
        else json.WriteString("data", Encoding.UTF8.GetString(data.Span));
        json.WriteEndObject();
    }

    private static void WriteAttributes(Utf8JsonWriter json, string contentType, EventOrigin origin, DateTimeOffset now)
    {
        json.WriteString("id", Override(origin, "id") ?? Guid.NewGuid().ToString());
        json.WriteString("specversion", "1.0");
        json.WriteString("datacontenttype", contentType);
        json.WriteString("source", Override(origin, "source") ?? origin.AppId);
        json.WriteString("type", Override(origin, "type") ?? DefaultType);
        json.WriteString("topic", origin.Topic);
        json.WriteString("pubsubname", origin.PubSubName);
        var trace = TraceOf(origin);
        json.WriteString("traceid", trace);
        json.WriteString("traceparent", trace);
        json.WriteString("tracestate", Override(origin, "tracestate") ?? origin.TraceState);
        json.WriteString("time", Rfc3339(now));
        if (Override(origin, "subject") is { } subject) json.WriteString("subject", subject);
        if (origin.Expiration is { } expiration) json.WriteString("expiration", Rfc3339(expiration));
    }

    private static bool TryParse(ReadOnlyMemory<byte> data)
    {
        var reader = new Utf8JsonReader(data.Span);
        try
        {
            while (reader.Read())
            {
            }

            return reader.BytesConsumed > 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void WriteCompleted(Utf8JsonWriter json, ReadOnlyMemory<byte> data, EventOrigin origin, DateTimeOffset now)
    {
        using var document = JsonDocument.Parse(data);
        var cloudEvent = document.RootElement;
        if (cloudEvent.ValueKind != JsonValueKind.Object) throw new JsonException("a CloudEvent must be a JSON object");
        var hasTrace = cloudEvent.TryGetProperty("traceid", out _);
        json.WriteStartObject();
        foreach (var property in cloudEvent.EnumerateObject())
        {
            if (!IsData(property) && !IsReplaced(property, origin, hasTrace)) property.WriteTo(json);
        }

        if (!hasTrace)
        {
            json.WriteString("traceid", origin.TraceParent);
            json.WriteString("traceparent", origin.TraceParent);
        }

        WriteMissing(json, cloudEvent, "tracestate", origin.TraceState);
        WriteMissing(json, cloudEvent, "time", Rfc3339(now));
        WriteMissing(json, cloudEvent, "source", UnknownSource);
        WriteMissing(json, cloudEvent, "type", DefaultType);
        WriteMissing(json, cloudEvent, "specversion", "1.0");
        if (origin.Expiration is { } expiration) json.WriteString("expiration", Rfc3339(expiration));
        json.WriteString("topic", origin.Topic);
        json.WriteString("pubsubname", origin.PubSubName);
        foreach (var property in cloudEvent.EnumerateObject().Where(IsData)) property.WriteTo(json);
        json.WriteEndObject();
    }

    private static bool IsReplaced(JsonProperty property, EventOrigin origin, bool hasTrace) => property.Name switch
    {
        "topic" or "pubsubname" => true,
        "traceparent" => !hasTrace,
        "expiration" => origin.Expiration is not null,
        "source" or "type" or "specversion" => property.Value.ValueKind == JsonValueKind.Null,
        _ => false,
    };

    private static void WriteMissing(Utf8JsonWriter json, JsonElement cloudEvent, string name, string value)
    {
        var isGiven = cloudEvent.TryGetProperty(name, out var given)
            && (given.ValueKind != JsonValueKind.Null || name is "tracestate" or "time");
        if (!isGiven) json.WriteString(name, value);
    }

    private static bool IsData(JsonProperty property) => property.Name is "data" or "data_base64";

    private static string TraceOf(EventOrigin origin) =>
        Override(origin, "traceparent") ?? Override(origin, "traceid") ?? origin.TraceParent;

    private static string? Override(EventOrigin origin, string attribute) =>
        Overridable.Contains(attribute) && origin.Overrides.TryGetValue("cloudevent." + attribute, out var value)
        && value.Length > 0
        ? value
        : null;

    private static string Rfc3339(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
