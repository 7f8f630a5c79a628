using McpMesh.Sidecar.Health;

namespace McpMesh.Sidecar.PubSub;

/// <summary>A subscription and the consumer that runs for it, except while its component is away.</summary>
/// <param name="readiness">Null when nobody has to be waited for.</param>
internal sealed class RunningSubscription(Subscription subscription, IEventDelivery delivery, AppReadiness? readiness)
{
    private static readonly TimeSpan PauseLimit = TimeSpan.FromSeconds(5);
    private CancellationTokenSource? _stop;
    private CancellationTokenSource? _abort;
    private TopicConsumer? _consumer;

    public Subscription Subscription => subscription;

    public IEventDelivery Delivery => delivery;

    public AppReadiness? Readiness => readiness;

    /// <summary>Ends when the sidecar's stop has ended the consumer, at once when none runs.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    public async Task StartAsync(TopicConsumer consumer, CancellationToken stop, CancellationToken abort)
    {
        await PauseAsync();
        _consumer = consumer;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _abort = CancellationTokenSource.CreateLinkedTokenSource(abort);
        Completion = consumer.RunAsync(_stop.Token, _abort.Token);
    }

    /// <summary>Takes no more messages, and waits for those under way; after a while they are aborted and come again.</summary>
    public async Task PauseAsync()
    {
        if (_consumer is null) return;
        await _stop!.CancelAsync();
        _abort!.CancelAfter(PauseLimit);
        await Completion;
        _consumer.Dispose();
        _abort.Dispose();
        _stop.Dispose();
        _consumer = null;
        Completion = Task.CompletedTask;
    }
}
