using System.Text.Json;
using McpMesh.Sidecar.Health;
using McpMesh.Sidecar.Invocation;

namespace McpMesh.Sidecar.PubSub;

/// <summary>Asks the app for its subscriptions once it answers, and runs a consumer for each.</summary>
internal sealed partial class SubscriptionRuntime(
    IReadOnlyDictionary<string, NamedPubSub> pubSubs, AppChannel app, AppReadiness readiness, string appId, ILogger logger)
{
    private readonly List<Task> _running = [];
    private volatile IReadOnlyList<Subscription> _subscriptions = [];

    /// <summary>For the metadata API.</summary>
    public IReadOnlyList<Subscription> Subscriptions => _subscriptions;

    /// <summary>Ends when <paramref name="stop"/> is signalled and what is under way is settled or aborted.</summary>
    public async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        if (pubSubs.Count == 0) return;
        try
        {
            var accepted = new List<Subscription>();
            foreach (var subscription in await AskAsync(stop))
                if (Check(subscription)) accepted.Add(subscription);
            _subscriptions = accepted;
            foreach (var subscription in accepted) _running.Add(StartAsync(subscription, stop, abort));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }

        await Task.WhenAll(_running);
    }

    /// <summary>Gives unsettled messages back, so that other instances need not wait for their leases to end.</summary>
    public async Task ReleaseAsync()
    {
        foreach (var pubSub in pubSubs.Values) await pubSub.Broker.ReleaseAsync();
    }

    private async Task StartAsync(Subscription subscription, CancellationToken stop, CancellationToken abort)
    {
        Subscribed(logger, subscription.Topic, subscription.PubSubName);
        var delivery = new EventDelivery(app, subscription, appId);
        var broker = pubSubs[subscription.PubSubName].Broker;
        using var consumer = new TopicConsumer(broker, subscription, delivery, readiness, appId, logger);
        await consumer.RunAsync(stop, abort);
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

    private bool Check(Subscription subscription)
    {
        if (!pubSubs.TryGetValue(subscription.PubSubName, out var pubSub))
        {
            Refused(logger, $"topic {subscription.Topic}: pubsub {subscription.PubSubName} is not loaded");
            return false;
        }

        if (pubSub.Scopes.MaySubscribe(subscription.Topic)) return true;
        Refused(logger, $"topic {subscription.Topic} is not allowed for app id {appId}");
        return false;
    }

    [LoggerMessage(10, LogLevel.Information, "app is subscribed to {Topic} of {PubSub}")]
    private static partial void Subscribed(ILogger logger, string topic, string pubSub);

    [LoggerMessage(11, LogLevel.Warning, "a subscription is not served: {Reason}")]
    private static partial void Refused(ILogger logger, string reason);

    [LoggerMessage(12, LogLevel.Error, "the app's answer to /dapr/subscribe cannot be used: {Reason}")]
    private static partial void NoList(ILogger logger, string reason);
}
