using System.Globalization;
using System.Text.Json;
using McpMesh.Sidecar.Http;
using McpMesh.Sidecar.Invocation;
using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.PubSub;

/// <summary><c>/v1.0/publish/{pubsub}/{topic}</c> and <c>/v1.0/publish/bulk/…</c>. 204 means committed.</summary>
internal sealed class PublishApi(IReadOnlyDictionary<string, NamedPubSub> pubSubs, string appId, TimeProvider clock)
{
    public async Task PublishAsync(HttpContext context, string pubSubName, string topic)
    {
        var pubSub = PubSubOf(pubSubName, topic);
        var metadata = RequestMetadata.Read(context.Request.Query);
        using var body = await RequestBody.ReadAsync(context);
        var contentType = context.Request.ContentType is { Length: > 0 } given ? given : "text/plain";
        var message = Message(pubSub, topic, body.Memory, contentType, metadata, OriginOf(context, pubSub, topic, metadata));
        await CommitAsync(pubSub, topic, [message]);
        ApiResponse.NoContent(context);
    }

    public async Task PublishBulkAsync(HttpContext context, string pubSubName, string topic)
    {
        var pubSub = PubSubOf(pubSubName, topic);
        var metadata = RequestMetadata.Read(context.Request.Query);
        using var body = await RequestBody.ReadAsync(context);
        var origin = OriginOf(context, pubSub, topic, metadata);
        var messages = new List<BrokerMessage>();
        foreach (var entry in BulkEntries.Read(body.Memory, pubSubName))
        {
            if (entry.Metadata.Count == 0)
            {
                messages.Add(Message(pubSub, topic, entry.Data, entry.ContentType, metadata, origin));
                continue;
            }

            var merged = new Dictionary<string, string>(metadata, StringComparer.OrdinalIgnoreCase);
            foreach (var (key, value) in entry.Metadata) merged[key] = value;
            messages.Add(Message(pubSub, topic, entry.Data, entry.ContentType, merged, origin with { Overrides = merged }));
        }

        // One transaction: all entries are accepted or, with an error, none.
        if (messages.Count > 0) await CommitAsync(pubSub, topic, messages);
        ApiResponse.NoContent(context);
    }

    private static async Task CommitAsync(NamedPubSub pubSub, string topic, IReadOnlyList<BrokerMessage> messages)
    {
        try
        {
            await pubSub.Broker.PublishAsync(messages);
        }
        catch (Exception error) when (error is StorageException or InvalidOperationException)
        {
            throw PubSubErrors.Publish(pubSub.Name, topic, error);
        }
    }

    private BrokerMessage Message(
        NamedPubSub pubSub, string topic, ReadOnlyMemory<byte> data, string contentType, Dictionary<string, string> metadata,
        EventOrigin origin)
    {
        var now = clock.GetUtcNow();
        long? expires = metadata.TryGetValue("ttlInSeconds", out var ttl)
            ? now.ToUnixTimeMilliseconds() + ReadTtl(ttl, pubSub.Name) * 1000
            : null;
        if (IsRaw(metadata, pubSub.Name)) return new BrokerMessage(topic, data.ToArray(), contentType, true, expires);
        try
        {
            return new BrokerMessage(
                topic, CloudEventEnvelope.Create(data, contentType, origin, now), CloudEventEnvelope.MediaType, false, expires);
        }
        catch (JsonException error)
        {
            throw PubSubErrors.Envelope(pubSub.Name, error.Message);
        }
    }

    private static bool IsRaw(Dictionary<string, string> metadata, string name) =>
        metadata.TryGetValue("rawPayload", out var text)
        && (bool.TryParse(text, out var raw) ? raw : throw PubSubErrors.Metadata(name, $"metadata 'rawPayload' is not a boolean: {text}"));

    private static long ReadTtl(string text, string name) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= int.MaxValue
            ? seconds
            : throw PubSubErrors.Metadata(name, $"metadata 'ttlInSeconds' is not a positive number: {text}");

    private EventOrigin OriginOf(HttpContext context, NamedPubSub pubSub, string topic, Dictionary<string, string> metadata)
    {
        var headers = context.Request.Headers;
        return new EventOrigin(appId, pubSub.Name, topic, TraceContext.ParentOf(headers), headers["tracestate"].ToString(), metadata);
    }

    private NamedPubSub PubSubOf(string name, string topic)
    {
        if (pubSubs.Count == 0) throw PubSubErrors.NotConfigured(name);
        if (!pubSubs.TryGetValue(name, out var pubSub)) throw PubSubErrors.NotFound(name);
        if (topic.Length == 0) throw PubSubErrors.EmptyTopic(name);
        return pubSub.Scopes.MayPublish(topic) ? pubSub : throw PubSubErrors.Forbidden(name, topic, appId);
    }
}
