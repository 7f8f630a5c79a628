namespace McpMesh.Sidecar.PubSub;

/// <summary>
/// Keeps messages until every consumer of their topic has settled them. A consumer takes messages on a lease, delivers them and says how
/// that ended; what it never says anything about comes again.
/// </summary>
internal interface IMessageBroker
{
    /// <summary>Whether the broker itself knows a message's time to live; otherwise the event carries its expiration.</summary>
    bool KnowsTimeToLive { get; }

    /// <summary>How many deliveries of one subscription run at a time.</summary>
    int ParallelDeliveries { get; }

    /// <summary>Under which name a subscription's messages are kept; subscriptions of one name share them.</summary>
    string ConsumerOf(string appId, Subscription subscription);

    /// <summary>Ends when all messages are accepted; all are or none is.</summary>
    Task PublishAsync(IReadOnlyList<BrokerMessage> messages);

    /// <summary>Makes the consumer known: from now on it misses no message of the topic.</summary>
    Task SubscribeAsync(string consumer, string topic);

    /// <summary>The consumer of this process is gone; whether its messages are kept for its return is the broker's way.</summary>
    void Leave(string consumer, string topic);

    /// <summary>Leases up to <paramref name="most"/> messages.</summary>
    Task<IReadOnlyList<LeasedMessage>> ClaimAsync(string consumer, string topic, int most);

    Task SettleAsync(string consumer, string topic, IReadOnlyList<Settlement> settlements);

    /// <summary>When a message that failed for the n-th time comes again.</summary>
    TimeSpan RetryDelay(int attempt);

    /// <summary>A task that the next change ends. Take it before claiming, so that no change falls between.</summary>
    Task NextChange();

    /// <summary>Ends when there may be something to claim: after <paramref name="seen"/>, or when a delayed message is due.</summary>
    Task WaitForWorkAsync(string consumer, string topic, Task seen, CancellationToken cancellationToken);

    /// <summary>Gives back what this process still holds, so that another instance gets it at once.</summary>
    Task ReleaseAsync();
}
