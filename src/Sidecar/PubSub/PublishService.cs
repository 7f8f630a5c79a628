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
        var pubSub = PubSubOf(pubSubName, topic, metadata);
        var message = Message(pubSub, topic, data, contentType, metadata, OriginOf(headers, pubSub, topic, metadata));
        return CommitOneAsync(pubSub, topic, message, failureStatus);
    }

    /// <summary>
    /// One transaction: all entries are accepted or, with an error, none. With <c>maxBulkPubBytes</c> it is one for as many entries as that
    /// allows; an entry above it fails alone.
    /// </summary>
    /// <param name="read">Reads the entries, once the topic is known to be allowed.</param>
    /// <exception cref="Http.ApiException">The request is wrong, and nothing was published.</exception>
    public async Task<BulkResult> PublishBulkAsync(
        string pubSubName, string topic, Func<BulkEntries, IReadOnlyList<BulkEntry>> read, Dictionary<string, string> metadata,
        IHeaderDictionary headers, int failureStatus = HttpFailure)
    {
        var pubSub = PubSubOf(pubSubName, topic, metadata);
        var most = Checked(PublishMetadata.MostBytes, pubSub, metadata);
        Checked(PublishMetadata.IsRaw, pubSub, metadata);
        var origin = OriginOf(headers, pubSub, topic, metadata);
        var entries = read(new BulkEntries(pubSubName, topic, appId));
        var messages = entries.Select(entry => EntryMessage(pubSub, topic, entry, metadata, origin)).ToArray();
        var begun = Elapsed.Begin();
        var result = await CommitBulkAsync(pubSub, topic, entries, messages, most ?? long.MaxValue, failureStatus);
        var accepted = messages.Length - result.Failed.Count;
        metrics.PublishedBulk(pubSub.Name, topic, result.Failed.Count == 0, accepted, begun.Milliseconds);
        return result;
    }

    /// <summary>The error for a bulk whose body cannot be read.</summary>
    public Http.ApiException Unreadable(string pubSubName, string topic, string problem) =>
        PubSubErrors.Unmarshal(pubSubName, topic, appId, problem);

    private BrokerMessage EntryMessage(
        NamedPubSub pubSub, string topic, BulkEntry entry, Dictionary<string, string> metadata, EventOrigin origin)
    {
        if (entry.Metadata.Count == 0) return Message(pubSub, topic, entry.Data, entry.ContentType, metadata, origin);
        var merged = new Dictionary<string, string>(metadata, StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in entry.Metadata) merged[key] = value;
        return Message(pubSub, topic, entry.Data, entry.ContentType, merged, origin with { Overrides = merged });
    }

    private async Task<BulkResult> CommitBulkAsync(
        NamedPubSub pubSub, string topic, IReadOnlyList<BulkEntry> entries, BrokerMessage[] messages, long most, int failureStatus)
    {
        var failed = new List<FailedEntry>();
        Http.ApiException? brokerError = null;
        for (var first = 0; first < messages.Length;)
        {
            var size = messages[first].Payload.LongLength;
            if (size > most)
            {
                failed.Add(new FailedEntry(entries[first].Id, $"the event of {size} bytes is larger than maxBulkPubBytes {most}"));
                first++;
                continue;
            }

            var end = first + 1;
            while (end < messages.Length && size + messages[end].Payload.LongLength <= most) size += messages[end++].Payload.LongLength;
            try
            {
                await CommitAsync(pubSub, topic, messages[first..end], failureStatus);
            }
            catch (Http.ApiException error)
            {
                brokerError = error;
                var reason = error.Error.Metadata!["error"];
                failed.AddRange(entries.Skip(first).Take(end - first).Select(entry => new FailedEntry(entry.Id, reason)));
            }

            first = end;
        }

        return new BulkResult(failed, brokerError);
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
            throw PubSubErrors.Publish(pubSub.Name, topic, error.Message);
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
        var accompanying = MessageMetadata.Of(metadata);
        var timeToLive = Checked(PublishMetadata.TimeToLive, pubSub, metadata);
        var expires = pubSub.Broker.KnowsTimeToLive ? (now + timeToLive)?.ToUnixTimeMilliseconds() : null;
        if (Checked(PublishMetadata.IsRaw, pubSub, metadata))
            return new BrokerMessage(topic, data.ToArray(), contentType, true, expires, accompanying);
        if (!pubSub.Broker.KnowsTimeToLive && timeToLive is not null) origin = origin with { Expiration = now + timeToLive };
        try
        {
            var envelope = CloudEventEnvelope.Create(data, contentType, origin, now);
            return new BrokerMessage(topic, envelope, CloudEventEnvelope.MediaType, false, expires, accompanying);
        }
        catch (JsonException error)
        {
            throw PubSubErrors.Envelope(pubSub.Name, appId, error.Message);
        }
    }

    private static T Checked<T>(
        Func<IReadOnlyDictionary<string, string>, T> read, NamedPubSub pubSub, Dictionary<string, string> metadata)
    {
        try
        {
            return read(metadata);
        }
        catch (FormatException error)
        {
            throw PubSubErrors.Metadata(pubSub.Name, error.Message, metadata);
        }
    }

    private EventOrigin OriginOf(IHeaderDictionary headers, NamedPubSub pubSub, string topic, Dictionary<string, string> metadata) =>
        new EventOrigin(appId, pubSub.Name, topic, TraceContext.ParentOf(headers), headers["tracestate"].ToString(), metadata);

    private NamedPubSub PubSubOf(string name, string topic, Dictionary<string, string> request)
    {
        if (pubSubs.Count == 0) throw PubSubErrors.NotConfigured(name, request);
        if (name.Length == 0) throw PubSubErrors.EmptyName(request);
        if (!pubSubs.TryGetValue(name, out var pubSub)) throw PubSubErrors.NotFound(name, request);
        if (topic.Length == 0) throw PubSubErrors.EmptyTopic(name, request);
        return pubSub.Scopes.MayPublish(topic) ? pubSub : throw PubSubErrors.Forbidden(name, topic, appId);
    }
}
