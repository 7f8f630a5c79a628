using McpMesh.Sidecar.Components;

namespace McpMesh.Sidecar.PubSub;

/// <summary>
/// <c>pubsub.in-memory</c>: for the subscriptions of this process, gone with it. Every subscription gets its own copy, one message at a
/// time and in order; a message that nobody is subscribed to at its publication is gone at once.
/// </summary>
internal sealed class InMemoryBroker(BrokerOptions options, TimeProvider clock) : IMessageBroker
{
    private const long MostBytes = 64 << 20;
    private static readonly TimeSpan FirstRetryDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetryDelay = TimeSpan.FromSeconds(5);
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Consumer, string Topic), InMemoryQueue> _queues = [];
    private TaskCompletionSource _change = NewSource();
    private long _bytes;
    private long _lastId;

    public bool KnowsTimeToLive => false;

    public int ParallelDeliveries => options.ParallelDeliveries;

    public static InMemoryBroker Open(Component component, TimeProvider clock) =>
        new(BrokerOptions.Read(component, parallelDeliveries: 1), clock);

    public string ConsumerOf(string appId, Subscription subscription) => $"{appId} {Interlocked.Increment(ref _lastId)}";

    /// <exception cref="BrokerFullException">Messages that wait fill the memory that they may have.</exception>
    public Task PublishAsync(IReadOnlyList<BrokerMessage> messages)
    {
        lock (_gate)
        {
            long added = 0;
            foreach (var message in messages)
            {
                foreach (var (_, topic) in _queues.Keys)
                {
                    if (Takes(topic, message.Topic))
                        added += InMemoryQueue.SizeOf(message);
                }
            }

            if (added > 0 && _bytes + added > MostBytes)
            {
                return Task.FromException(
                    new BrokerFullException($"pubsub.in-memory holds at most {MostBytes} bytes of undelivered messages"));
            }


            _bytes += added;
            foreach (var message in messages)
            {
                foreach (var ((_, topic), queue) in _queues)
                {
                    if (Takes(topic, message.Topic))
                        queue.Add(new LeasedMessage(Interlocked.Increment(ref _lastId), message, 1));
                }
            }
        }

        Signal();
        return Task.CompletedTask;
    }

    public Task SubscribeAsync(string consumer, string topic)
    {
        lock (_gate) _queues.TryAdd((consumer, topic), new InMemoryQueue());
        return Task.CompletedTask;
    }

    public void Leave(string consumer, string topic)
    {
        lock (_gate)
        {
            if (_queues.Remove((consumer, topic), out var queue)) _bytes -= queue.Bytes;
        }
    }

    public Task<IReadOnlyList<LeasedMessage>> ClaimAsync(string consumer, string topic, int most)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<LeasedMessage>>(
                _queues.TryGetValue((consumer, topic), out var queue) ? queue.Take(most, Now()) : []);
        }
    }

    public async Task SettleAsync(string consumer, string topic, IReadOnlyList<Settlement> settlements)
    {
        foreach (var settlement in settlements)
        {
            if (settlement.DeadLetter is null)
            {
                Settle(consumer, settlement);
                continue;
            }

            try
            {
                await PublishAsync([settlement.DeadLetter]);
                Settle(consumer, settlement);
            }
            catch (BrokerFullException)
            {
                Settle(consumer, settlement with { RetryAfter = LongestRetryDelay, DeadLetter = null });
            }
        }

        Signal();
    }

    /// <summary>At once at first; an app that keeps failing gets time.</summary>
    public TimeSpan RetryDelay(int attempt) => attempt <= 1 ? TimeSpan.Zero
        : TimeSpan.FromTicks(Math.Min(LongestRetryDelay.Ticks, FirstRetryDelay.Ticks << Math.Min(attempt - 2, 10)));

    public Task NextChange()
    {
        lock (_gate) return _change.Task;
    }

    public async Task WaitForWorkAsync(string consumer, string topic, Task seen, CancellationToken cancellationToken)
    {
        var limit = Timeout.InfiniteTimeSpan;
        lock (_gate)
        {
            if (_queues.TryGetValue((consumer, topic), out var queue) && queue.NextDue() is { } due)
            {
                if (due <= Now()) return;
                limit = TimeSpan.FromMilliseconds(due - Now());
            }
        }

        try
        {
            await seen.WaitAsync(limit, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            // A delayed message is due.
        }
    }

    /// <summary>There is nobody else to give them to.</summary>
    public Task ReleaseAsync() => Task.CompletedTask;

    private void Settle(string consumer, Settlement settlement)
    {
        lock (_gate)
        {
            foreach (var ((name, _), queue) in _queues)
            {
                if (name == consumer)
                    _bytes -= queue.Settle(settlement, Now());
            }
        }
    }

    // "orders.*" takes every topic that begins with "orders." and goes on.
    private static bool Takes(string subscribed, string topic) => subscribed == topic
        || (subscribed.EndsWith('*') && topic.Length >= subscribed.Length
            && topic.AsSpan().StartsWith(subscribed.AsSpan(0, subscribed.Length - 1), StringComparison.Ordinal));

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Signal()
    {
        TaskCompletionSource ended;
        lock (_gate)
        {
            ended = _change;
            _change = NewSource();
        }

        ended.TrySetResult();
    }

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
