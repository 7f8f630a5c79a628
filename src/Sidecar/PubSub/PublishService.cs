using System.Globalization;
using System.Text.Json;
using McpMesh.Sidecar.Invocation;
using McpMesh.Sidecar.Metrics;
using McpMesh.Sidecar.Resiliency;
using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.PubSub;

/// <summary>What both faces of the publish API do. When a method has ended, the messages are committed.</summary>
internal sealed class PublishService(
    IReadOnlyDictionary<string, NamedPubSub> pubSubs, ResiliencyPolicies policies, SidecarMetrics metrics, string appId,
    TimeProvider clock)
{
    /// <summary>How a broker's failure looks to a retry policy that matches statuses: the face decides.</summary>
    public const int HttpFailure = StatusCodes.Status500InternalServerError;

    /// <inheritdoc cref="HttpFailure"/>
    public const int GrpcFailure = 2; // Unknown

    /// <exception cref="Http.ApiException">Nothing was published.</exception>
    public Task PublishAsync(
        string pubSubName, string topic, ReadOnlyMemory<byte> data, string contentType, Dictionary<string, string> metadata,
        IHeaderDictionary headers, int failureStatus = HttpFailure)
    {
        var pubSub = PubSubOf(pubSubName, topic);
        var message = Message(pubSub, topic, data, contentType, metadata, OriginOf(headers, pubSub, topic, metadata));
        return CommitOneAsync(pubSub, topic, message, failureStatus);
    }

    /// <summary>One transaction: all entries are accepted or, with an error, none.</summary>
    /// <param name="read">Reads the entries, once the topic is known to be allowed.</param>
    /// <exception cref="Http.ApiException">Nothing was published.</exception>
    public async Task PublishBulkAsync(
        string pubSubName, string topic, Func<IReadOnlyList<BulkEntry>> read, Dictionary<string, string> metadata,
        IHeaderDictionary headers, int failureStatus = HttpFailure)
    {
        var pubSub = PubSubOf(pubSubName, topic);
        var origin = OriginOf(headers, pubSub, topic, metadata);
        var messages = new List<BrokerMessage>();
        foreach (var entry in read())
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

        var (begun, accepted) = (Elapsed.Begin(), 0);
        try
        {
            if (messages.Count > 0) await CommitAsync(pubSub, topic, messages, failureStatus);
            accepted = messages.Count;
        }
        finally
        {
            metrics.PublishedBulk(pubSub.Name, topic, accepted == messages.Count, accepted, begun.Milliseconds);
        }
    }

    private async Task CommitOneAsync(NamedPubSub pubSub, string topic, BrokerMessage message, int failureStatus)
    {
        var (begun, succeeded) = (Elapsed.Begin(), false);
        try
        {
            await CommitAsync(pubSub, topic, [message], failureStatus);
            succeeded = true;
        }
        finally
        {
            metrics.Published(pubSub.Name, topic, succeeded, begun.Milliseconds);
        }
    }

    private async Task CommitAsync(NamedPubSub pubSub, string topic, IReadOnlyList<BrokerMessage> messages, int failureStatus)
    {
        try
        {
            var policy = policies.ForComponentOutbound(pubSub.Name, ComponentKind.Pubsub);
            if (policy.IsNone) await pubSub.Broker.PublishAsync(messages);
            else await policy.RunAsync(Attempt, (pubSub.Broker, messages, failureStatus));
        }
        catch (Exception error)
            when (error is StorageException or ResiliencyException or FailedAttemptException or InvalidOperationException)
        {
            throw PubSubErrors.Publish(pubSub.Name, topic, error);
        }
    }

    private static Task<bool> Attempt((IMessageBroker Broker, IReadOnlyList<BrokerMessage> Messages, int FailureStatus) run) =>
        AttemptAsync(run.Broker, run.Messages, run.FailureStatus);

    private static async Task<bool> AttemptAsync(IMessageBroker broker, IReadOnlyList<BrokerMessage> messages, int failureStatus)
    {
        try
        {
            await broker.PublishAsync(messages);
            return true;
        }
        catch (Exception error) when (error is StorageException or InvalidOperationException)
        {
            throw new FailedAttemptException(error.Message, failureStatus, error);
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

    private EventOrigin OriginOf(IHeaderDictionary headers, NamedPubSub pubSub, string topic, Dictionary<string, string> metadata) =>
        new EventOrigin(appId, pubSub.Name, topic, TraceContext.ParentOf(headers), headers["tracestate"].ToString(), metadata);

    private NamedPubSub PubSubOf(string name, string topic)
    {
        if (pubSubs.Count == 0) throw PubSubErrors.NotConfigured(name);
        if (!pubSubs.TryGetValue(name, out var pubSub)) throw PubSubErrors.NotFound(name);
        if (topic.Length == 0) throw PubSubErrors.EmptyTopic(name);
        return pubSub.Scopes.MayPublish(topic) ? pubSub : throw PubSubErrors.Forbidden(name, topic, appId);
    }
}
