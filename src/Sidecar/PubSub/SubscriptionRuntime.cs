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
    ResiliencyPolicies resiliency, SidecarOptions options, SidecarMetrics metrics, TimeProvider clock, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _changing = new(1);
    private readonly TaskCompletionSource _anyPubSub = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<(CancellationToken Stop, CancellationToken Abort)> _started =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile IReadOnlyList<RunningSubscription> _running = [];
    private IReadOnlyList<Subscription> _declared = declared;
    private IReadOnlyList<Subscription>? _fromApp;

    /// <summary>For the metadata API.</summary>
    public IReadOnlyList<Subscription> Subscriptions => [.. _running.Select(running => running.Subscription)];

    public void Dispose() => _changing.Dispose();

    /// <summary>Ends when <paramref name="stop"/> is signalled and what is under way is settled or aborted.</summary>
    public async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        _started.TrySetResult((stop, abort));
        try
        {
            if (_declared.Count > 0 && (pubSubs.Count == 0 || !readiness.HasApp))
                Refused(logger, "there is no --app-port, or no pubsub component, for the Subscription resources");
            if (readiness.HasApp)
            {
                // Without a pubsub component the app is not asked; one may be loaded later.
                if (pubSubs.Count == 0) await _anyPubSub.Task.WaitAsync(stop);
                var fromApp = options.AsksForSubscriptions ? await AskAsync(stop) : [];
                await ChangeAsync(() =>
                {
                    _fromApp = fromApp;
                    return StartMissingAsync();
                });
            }

            await Task.Delay(Timeout.Infinite, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The sidecar stops; consumers under way end by the same token.
        }

        await Task.WhenAll(_running.Select(running => running.Completion));
    }

    /// <summary>Gives unsettled messages back, so that other instances need not wait for their leases to end.</summary>
    public async Task ReleaseAsync()
    {
        foreach (var pubSub in pubSubs.Values) await pubSub.Broker.ReleaseAsync();
    }

    /// <summary>Stops what takes from a component that is about to close.</summary>
    public Task PauseAsync(string pubSubName) => ChangeAsync(async () =>
    {
        foreach (var running in _running.Where(running => running.Subscription.PubSubName == pubSubName)) await running.PauseAsync();
    });

    /// <summary>Starts again, on the component of this name that is loaded now.</summary>
    public Task ResumeAsync(string pubSubName) => ChangeAsync(async () =>
    {
        foreach (var running in _running.Where(running => running.Subscription.PubSubName == pubSubName)) await StartAsync(running);
        await StartMissingAsync();
        _anyPubSub.TrySetResult();
    });

    /// <summary>The resource files have changed.</summary>
    public Task ReplaceDeclaredAsync(IReadOnlyList<Subscription> subscriptions) => ChangeAsync(async () =>
    {
        _declared = subscriptions;
        await StartMissingAsync();
    });

    /// <summary>Subscribes for a stream; what arrives is read from the subscription, which ends when it is disposed.</summary>
    /// <exception cref="Http.ApiException">There is no such component, or this app may not subscribe to the topic.</exception>
    public async Task<StreamingSubscription> OpenStreamAsync(
        string pubSubName, string topic, IReadOnlyDictionary<string, string> metadata, string? deadLetterTopic,
        CancellationToken cancellationToken)
    {
        if (!pubSubs.TryGetValue(pubSubName, out var pubSub)) throw PubSubErrors.NotFound(pubSubName);
        if (!pubSub.Scopes.MaySubscribe(topic)) throw PubSubErrors.SubscriptionForbidden(pubSubName, topic);
        await _started.Task.WaitAsync(cancellationToken);
        var subscription = new Subscription(
            SubscriptionKind.Streaming, pubSubName, topic, string.IsNullOrEmpty(deadLetterTopic) ? null : deadLetterTopic,
            new Dictionary<string, string>(metadata), [RouteRule.Parse(null, "/")], null);
        RunningSubscription? running = null;
        var stream = new StreamingSubscription(() => ChangeAsync(() => EndAsync(running!)));
        running = new RunningSubscription(subscription, stream, null);
        await ChangeAsync(async () =>
        {
            _running = [.. _running, running];
            await StartAsync(running);
        });
        var stop = _started.Task.Result.Stop;
        stream.EndWith(stop);
        return stream;
    }

    private async Task ChangeAsync(Func<Task> change)
    {
        await _changing.WaitAsync();
        try
        {
            await change();
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Ends the app's subscriptions that are not wanted any more and starts those that are new.</summary>
    private async Task StartMissingAsync()
    {
        if (_fromApp is null) return; // the app has not answered yet
        var wanted = Merge(_declared, _fromApp);
        foreach (var running in _running.Where(one => one.Subscription.Kind != SubscriptionKind.Streaming).ToArray())
        {
            if (!wanted.Contains(running.Subscription))
                await EndAsync(running);
        }

        foreach (var subscription in wanted.Except(_running.Select(running => running.Subscription)).ToArray())
        {
            if (!IsServed(subscription)) continue;
            var running = new RunningSubscription(subscription, new HttpEventDelivery(app, subscription), readiness);
            _running = [.. _running, running];
            await StartAsync(running);
        }
    }

    private async Task EndAsync(RunningSubscription running)
    {
        _running = [.. _running.Where(other => other != running)];
        await running.PauseAsync();
    }

    private static Subscription[] Merge(IEnumerable<Subscription> declared, IEnumerable<Subscription> fromApp)
    {
        var merged = new Dictionary<(string, string), Subscription>();
        foreach (var subscription in declared) merged.TryAdd((subscription.PubSubName, subscription.Topic), subscription);
        foreach (var subscription in fromApp) merged[(subscription.PubSubName, subscription.Topic)] = subscription;
        return [.. merged.Values];
    }

    private bool IsServed(Subscription subscription)
    {
        if (!pubSubs.TryGetValue(subscription.PubSubName, out var pubSub))
        {
            Refused(logger, $"topic {subscription.Topic}: pubsub {subscription.PubSubName} is not loaded");
            return false;
        }

        if (pubSub.Scopes.MaySubscribe(subscription.Topic)) return true;
        Refused(logger, $"topic {subscription.Topic} is not allowed for app id {options.AppId}");
        return false;
    }

    private async Task StartAsync(RunningSubscription running)
    {
        var subscription = running.Subscription;
        if (!pubSubs.TryGetValue(subscription.PubSubName, out var pubSub)) return;
        var deadLetterTopic = subscription.DeadLetterTopic;
        if (deadLetterTopic is not null && !pubSub.Scopes.MayPublish(deadLetterTopic))
        {
            NoDeadLetters(logger, subscription.Topic, deadLetterTopic, options.AppId);
            deadLetterTopic = null;
        }

        var dispatch = new EventDispatch(
            subscription, new EventRouter(subscription, clock), running.Delivery,
            () => resiliency.ForComponentInbound(subscription.PubSubName), pubSub.Broker, deadLetterTopic, metrics,
            logger);
        var consumer = new TopicConsumer(
            pubSub.Broker, pubSub.Broker.ConsumerOf(options.AppId, subscription), subscription, dispatch, running.Readiness, clock,
            logger);
        var (stop, abort) = await _started.Task;
        await running.StartAsync(consumer, stop, abort);
        Subscribed(logger, subscription.Topic, subscription.PubSubName);
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
