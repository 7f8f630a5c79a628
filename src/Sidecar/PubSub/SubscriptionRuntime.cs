using System.Text.Json;
using McpMesh.Sidecar.Health;
using McpMesh.Sidecar.Hosting;
using McpMesh.Sidecar.Invocation;
using McpMesh.Sidecar.Metrics;
using McpMesh.Sidecar.Resiliency;

namespace McpMesh.Sidecar.PubSub;

/// <summary>
/// Runs a consumer for each subscription: those of resource files, those that the app names once it answers (they win over a file's for
/// the same topic), and those that come and go with a stream.
/// </summary>
internal sealed partial class SubscriptionRuntime(
    IReadOnlyDictionary<string, NamedPubSub> pubSubs, IReadOnlyList<Subscription> declared, AppChannel app, AppReadiness readiness,
    ResiliencyPolicies resiliency, SidecarOptions options, SidecarMetrics metrics, TimeProvider clock, ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly Lock _starting = new();
    private readonly TaskCompletionSource _anyPubSub = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Subscription[]? _wanted;
    private readonly List<ActiveSubscription> _active = [];
    private readonly TaskCompletionSource<(CancellationToken Stop, CancellationToken Abort)> _started =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>For the metadata API.</summary>
    public IReadOnlyList<Subscription> Subscriptions
    {
        get
        {
            lock (_gate) return [.. _active.Select(active => active.Subscription)];
        }
    }

    /// <summary>Ends when <paramref name="stop"/> is signalled and what is under way is settled or aborted.</summary>
    public async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        _started.TrySetResult((stop, abort));
        try
        {
            if (declared.Count > 0 && (pubSubs.Count == 0 || !readiness.HasApp))
                Refused(logger, "there is no --app-port, or no pubsub component, for the Subscription resources");
            if (readiness.HasApp)
            {
                if (pubSubs.Count == 0) await _anyPubSub.Task.WaitAsync(stop);
                _wanted = Merge(declared, options.AsksForSubscriptions ? await AskAsync(stop) : []);
                foreach (var subscription in _wanted) StartForApp(subscription, stop, abort);
            }

            await Task.Delay(Timeout.Infinite, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The sidecar stops; consumers under way end by the same token.
        }

        ActiveSubscription[] running;
        lock (_gate) running = [.. _active];
        await Task.WhenAll(running.Select(active => active.Completion));
    }

    /// <summary>
    /// Ends the consumers of a component that leaves; what is under way is settled or given back. Streams on it end, and may be opened
    /// again.
    /// </summary>
    public async Task LeaveAsync(string pubSubName)
    {
        ActiveSubscription[] leaving;
        lock (_gate) leaving = [.. _active.Where(active => active.Subscription.PubSubName == pubSubName)];
        foreach (var active in leaving) Forget(active);
        await Task.WhenAll(leaving.Select(active => active.DisposeAsync().AsTask()));
        if (pubSubs.TryGetValue(pubSubName, out var pubSub)) await pubSub.Broker.ReleaseAsync();
    }

    /// <summary>Starts the app's subscriptions of a component that is there, for the first time or again.</summary>
    public void Arrive(string pubSubName)
    {
        _anyPubSub.TrySetResult();
        if (!_started.Task.IsCompletedSuccessfully || _wanted is not { } wanted) return;
        var (stop, abort) = _started.Task.Result;
        foreach (var subscription in wanted.Where(one => one.PubSubName == pubSubName)) StartForApp(subscription, stop, abort);
    }

    /// <summary>Gives unsettled messages back, so that other instances need not wait for their leases to end.</summary>
    public async Task ReleaseAsync()
    {
        foreach (var pubSub in pubSubs.Values) await pubSub.Broker.ReleaseAsync();
    }

    /// <summary>Subscribes for a stream; what arrives is read from the subscription, which ends when it is disposed.</summary>
    /// <exception cref="Http.ApiException">There is no such component, or this app may not subscribe to the topic.</exception>
    public async Task<StreamingSubscription> OpenStreamAsync(
        string pubSubName, string topic, IReadOnlyDictionary<string, string> metadata, string? deadLetterTopic,
        CancellationToken cancellationToken)
    {
        if (!pubSubs.TryGetValue(pubSubName, out var pubSub)) throw PubSubErrors.NotFound(pubSubName);
        if (!pubSub.Scopes.MaySubscribe(topic)) throw PubSubErrors.SubscriptionForbidden(pubSubName, topic);
        var (stop, abort) = await _started.Task.WaitAsync(cancellationToken);
        var subscription = new Subscription(
            SubscriptionKind.Streaming, pubSubName, topic, string.IsNullOrEmpty(deadLetterTopic) ? null : deadLetterTopic, metadata,
            [RouteRule.Parse(null, "/")], null);
        var stream = new StreamingSubscription();
        var active = Start(subscription, pubSub, stream, null, stop, abort);
        stream.Attach(active, () => Forget(active));
        return stream;
    }

    private static Subscription[] Merge(IEnumerable<Subscription> declared, IEnumerable<Subscription> fromApp)
    {
        var merged = new Dictionary<(string, string), Subscription>();
        foreach (var subscription in declared) merged.TryAdd((subscription.PubSubName, subscription.Topic), subscription);
        foreach (var subscription in fromApp) merged[(subscription.PubSubName, subscription.Topic)] = subscription;
        return [.. merged.Values];
    }

    private void StartForApp(Subscription subscription, CancellationToken stop, CancellationToken abort)
    {
        if (!pubSubs.TryGetValue(subscription.PubSubName, out var pubSub))
        {
            Refused(logger, $"topic {subscription.Topic}: pubsub {subscription.PubSubName} is not loaded");
            return;
        }

        if (!pubSub.Scopes.MaySubscribe(subscription.Topic))
        {
            Refused(logger, $"topic {subscription.Topic} is not allowed for app id {options.AppId}");
            return;
        }

        lock (_starting)
        {
            if (!IsActive(subscription)) Start(subscription, pubSub, new HttpEventDelivery(app, subscription), readiness, stop, abort);
        }
    }

    private bool IsActive(Subscription subscription)
    {
        lock (_gate) return _active.Exists(active => ReferenceEquals(active.Subscription, subscription));
    }

    private ActiveSubscription Start(
        Subscription subscription, NamedPubSub pubSub, IEventDelivery delivery, AppReadiness? waitFor, CancellationToken stop,
        CancellationToken abort)
    {
        var deadLetterTopic = subscription.DeadLetterTopic;
        if (deadLetterTopic is not null && !pubSub.Scopes.MayPublish(deadLetterTopic))
        {
            NoDeadLetters(logger, subscription.Topic, deadLetterTopic, options.AppId);
            deadLetterTopic = null;
        }

        var dispatch = new EventDispatch(
            subscription, new EventRouter(subscription, clock), delivery, () => resiliency.ForComponentInbound(subscription.PubSubName),
            pubSub.Broker, deadLetterTopic, metrics, logger);
        var consumer = new TopicConsumer(
            pubSub.Broker, pubSub.Broker.ConsumerOf(options.AppId, subscription), subscription, dispatch, waitFor, clock, logger);
        var active = new ActiveSubscription(subscription, consumer, stop, abort);
        lock (_gate) _active.Add(active);
        Subscribed(logger, subscription.Topic, subscription.PubSubName);
        return active;
    }

    private void Forget(ActiveSubscription active)
    {
        lock (_gate) _active.Remove(active);
    }

    private async Task<IReadOnlyList<Subscription>> AskAsync(CancellationToken stop)
    {
        while (true)
        {
            await readiness.WhenReadyAsync(stop);
            var answer = await app.GetAsync("/dapr/subscribe", stop);
            if (answer is null || ReferenceEquals(answer, AppAnswer.BrokenOff))
            {
                // It is away, or it died over the question: ask again when it is back.
                readiness.Lost();
                continue;
            }

            if (answer.Status == StatusCodes.Status404NotFound) return [];
            if (answer.Status != StatusCodes.Status200OK)
            {
                NoList(logger, $"status {answer.Status}");
                return [];
            }

            try
            {
                return SubscriptionList.Read(answer.Body, reason => Refused(logger, reason));
            }
            catch (JsonException error)
            {
                NoList(logger, error.Message);
                return [];
            }
        }
    }

    [LoggerMessage(10, LogLevel.Information, "app is subscribed to {Topic} of {PubSub}")]
    private static partial void Subscribed(ILogger logger, string topic, string pubSub);

    [LoggerMessage(11, LogLevel.Warning, "a subscription is not served: {Reason}")]
    private static partial void Refused(ILogger logger, string reason);

    [LoggerMessage(12, LogLevel.Error, "the app's answer to /dapr/subscribe cannot be used: {Reason}")]
    private static partial void NoList(ILogger logger, string reason);

    [LoggerMessage(13, LogLevel.Warning,
        "topic {Topic} has no dead letters: the dead letter topic {DeadLetterTopic} is not allowed for app id {AppId}")]
    private static partial void NoDeadLetters(ILogger logger, string topic, string deadLetterTopic, string appId);
}
