namespace McpMesh.Sidecar.PubSub;

/// <summary>A subscription whose consumer runs, until the sidecar stops or it is disposed.</summary>
internal sealed class ActiveSubscription : IAsyncDisposable
{
    private static readonly TimeSpan DisposalLimit = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenSource _abort;
    private readonly TopicConsumer _consumer;

    public ActiveSubscription(Subscription subscription, TopicConsumer consumer, CancellationToken stop, CancellationToken abort)
    {
        Subscription = subscription;
        _consumer = consumer;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _abort = CancellationTokenSource.CreateLinkedTokenSource(abort);
        Completion = consumer.RunAsync(_stop.Token, _abort.Token);
    }

    public Subscription Subscription { get; }

    public Task Completion { get; }

    /// <summary>Takes no more messages, and waits for those under way; after a while they are aborted and come again.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _abort.CancelAfter(DisposalLimit);
        await Completion;
        _consumer.Dispose();
        _abort.Dispose();
        _stop.Dispose();
    }
}
