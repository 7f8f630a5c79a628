using System.Net;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text.Json;

namespace Dapr.Client;

internal sealed partial class DaprHttpClient
{
    private const string CloudEventMediaType = "application/cloudevents+json";

    public override Task PublishEventAsync<TData>(
        string pubsubName, string topicName, TData data, CancellationToken cancellationToken = default) =>
        PublishJsonAsync(pubsubName, topicName, data, metadata: null, cancellationToken);

    public override Task PublishEventAsync<TData>(
        string pubsubName, string topicName, TData data, Dictionary<string, string> metadata, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return PublishJsonAsync(pubsubName, topicName, data, metadata, cancellationToken);
    }

    public override Task PublishEventAsync(string pubsubName, string topicName, CancellationToken cancellationToken = default) =>
        PublishAsync(pubsubName, topicName, content: null, metadata: null, cancellationToken);

    public override Task PublishEventAsync(
        string pubsubName, string topicName, Dictionary<string, string> metadata, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return PublishAsync(pubsubName, topicName, content: null, metadata, cancellationToken);
    }

    public override Task PublishByteEventAsync(
        string pubsubName,
        string topicName,
        ReadOnlyMemory<byte> data,
        string dataContentType = "application/json",
        Dictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default)
    {
        var content = new ReadOnlyMemoryContent(data) { Headers = { ContentType = MediaTypeHeaderValue.Parse(dataContentType) } };
        return PublishAsync(pubsubName, topicName, content, metadata, cancellationToken);
    }

    public override async Task<BulkPublishResponse<TValue>> BulkPublishEventAsync<TValue>(
        string pubsubName,
        string topicName,
        IReadOnlyList<TValue> events,
        Dictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(pubsubName);
        ArgumentException.ThrowIfNullOrEmpty(topicName);
        ArgumentNullException.ThrowIfNull(events);
        var url = new SidecarUrl("/v1.0/publish/bulk").Segment(pubsubName).Raw("/" + topicName).Metadata(metadata);
        var content = new PooledJsonContent();
        using var request = sidecar.Request(HttpMethod.Post, url, content); // owns and disposes the content
        WriteEntries(content.Writer, events, metadata);
        using var response = await sidecar
            .SendAsync(request, "Bulk Publish", HttpStatusCode.InternalServerError, cancellationToken).ConfigureAwait(false);
        return new BulkPublishResponse<TValue>(
            response.IsSuccessStatusCode
                ? []
                : await FailedEntriesAsync(response, events, metadata, cancellationToken).ConfigureAwait(false));
    }

    private Task PublishJsonAsync<TData>(
        string pubsubName, string topicName, TData data, Dictionary<string, string>? metadata, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(data);
        var contentType = data is CloudEvent ? CloudEventMediaType : MediaTypeNames.Application.Json;
        var content = Bytes(JsonSerializer.SerializeToUtf8Bytes(data, json), contentType);
        return PublishAsync(pubsubName, topicName, content, metadata, cancellationToken);
    }

    private async Task PublishAsync(
        string pubsubName,
        string topicName,
        HttpContent? content,
        Dictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(pubsubName);
        ArgumentException.ThrowIfNullOrEmpty(topicName);
        // A topic is the rest of the path: its slashes separate.
        var url = new SidecarUrl("/v1.0/publish").Segment(pubsubName).Raw("/" + topicName).Metadata(metadata);
        using var request = sidecar.Request(HttpMethod.Post, url, content);
        using var response = await sidecar.SendAsync(request, "Publish", allowed: null, cancellationToken).ConfigureAwait(false);
    }

    private void WriteEntries<TValue>(Utf8JsonWriter writer, IReadOnlyList<TValue> events, Dictionary<string, string>? metadata)
    {
        writer.WriteStartArray();
        for (var i = 0; i < events.Count; i++)
        {
            writer.WriteStartObject();
            writer.WriteString("entryId"u8, i.ToString(System.Globalization.CultureInfo.InvariantCulture));
            writer.WriteString("contentType"u8, ContentTypeOf(events[i]));
            writer.WritePropertyName("event"u8);
            if (events[i] is byte[] bytes) writer.WriteBase64StringValue(bytes);
            else JsonSerializer.Serialize(writer, events[i], json);
            if (metadata is { Count: > 0 }) WriteMetadata(writer, metadata);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.Flush();
    }

    /// <summary>The sidecar answers 500 both when some events failed, which it lists, and when all is lost, which is an error.</summary>
    private static async Task<List<BulkPublishResponseFailedEntry<TValue>>> FailedEntriesAsync<TValue>(
        HttpResponseMessage response,
        IReadOnlyList<TValue> events,
        Dictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        var failed = BulkPublishRefusal.Read(body)
            ?? throw SidecarConnection.Failure("Bulk Publish", SidecarConnection.Refusal(response, body));
        return failed.ConvertAll(entry => new BulkPublishResponseFailedEntry<TValue>(
            new BulkPublishEntry<TValue>(
                entry.Id,
                int.TryParse(entry.Id, out var index) && index >= 0 && index < events.Count
                    ? events[index]
                    : throw SidecarConnection.Failure("Bulk Publish", new FormatException($"The sidecar names entry '{entry.Id}'.")),
                ContentTypeOf(events[index]),
                metadata),
            entry.Error));
    }

    private static string ContentTypeOf<TValue>(TValue value) => value switch
    {
        CloudEvent => CloudEventMediaType,
        byte[] => MediaTypeNames.Application.Octet,
        _ => MediaTypeNames.Application.Json,
    };

    private static void WriteMetadata(Utf8JsonWriter writer, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        writer.WriteStartObject("metadata"u8);
        foreach (var (name, value) in metadata) writer.WriteString(name, value);
        writer.WriteEndObject();
    }
}
