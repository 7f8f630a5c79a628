using System.Collections.Concurrent;
using McpMesh.Sidecar.Components;
using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.PubSub;

/// <summary>
/// A durable broker in one SQLite file that all sidecars of this machine share. Each consumer (an app id) has a cursor a topic and one
/// row for every message it has in hand; instances of one app id compete for messages through leases. At least once: what a publisher
/// was told is accepted is committed and synced, and it leaves the file only after every consumer of the topic has settled it.
/// </summary>
internal sealed partial class SqliteBroker : IMessageBroker, IDisposable
{
    /// <summary>A crashed holder's messages go to the next consumer after this time.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    private const int DefaultParallelDeliveries = 16;
    private static readonly TimeSpan RenewInterval = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan CleanupInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstRetryDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetryDelay = TimeSpan.FromSeconds(5);
    private readonly BrokerOptions _options;
    private readonly ILogger _logger;
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;
    private readonly string _owner;
    private readonly TimeProvider _clock;
    private readonly ITimer _renewal;
    private readonly ITimer _cleanup;
    private readonly ITimer _beat;
    private readonly TopicBells _bells;
    private readonly ChangeWatch _changes;
    private readonly IdleConsumers _idle;
    private readonly ConcurrentDictionary<(string Consumer, long Id), bool> _held = new();
    private readonly ConcurrentDictionary<(string Consumer, string Topic), bool> _running = new();
    private readonly ConcurrentDictionary<WaitingConsumer, bool> _waiting = new();

    public SqliteBroker(SqliteLocation location, BrokerOptions options, string owner, TimeProvider clock, ILogger logger)
    {
        location = location with { PageSize = BrokerSchema.PageSize };
        _options = options;
        _logger = logger;
        _writer = new SqliteWriter(location, BrokerSchema.Text, BrokerSchema.Upgrade);
        _readers = new SqliteReaders(location);
        _owner = owner;
        _clock = clock;
        _bells = new TopicBells(location);
        _changes = new ChangeWatch(location, HasRungForWaiters, HasWorkForWaiters);
        _idle = new IdleConsumers(options.IdleRetention, clock);
        _renewal = clock.CreateTimer(_ => Renew(), null, RenewInterval, RenewInterval);
        _cleanup = clock.CreateTimer(_ => _ = CleanUpAsync(), null, CleanupInterval, CleanupInterval);
        _beat = clock.CreateTimer(_ => InBackground(Beat), null, _idle.BeatInterval, _idle.BeatInterval);
    }

    public bool KnowsTimeToLive => true;

    public int ParallelDeliveries => _options.ParallelDeliveries;

    public static SqliteBroker Open(Component component, string owner, TimeProvider clock, ILogger logger) => new(
        SqliteLocation.Parse(component.Require("connectionString")), BrokerOptions.Read(component, DefaultParallelDeliveries), owner, clock,
        logger);

    public string ConsumerOf(string appId, Subscription subscription) => _options.ConsumerId ?? appId;

    public TimeSpan RetryDelay(int attempt) =>
        TimeSpan.FromTicks(Math.Min(LongestRetryDelay.Ticks, FirstRetryDelay.Ticks << Math.Min(attempt - 1, 10)));

    /// <summary>Ends when all messages are committed; all are or none is.</summary>
    public async Task PublishAsync(IReadOnlyList<BrokerMessage> messages)
    {
        await _writer.RunAsync(session =>
        {
            foreach (var message in messages) Insert(session, message);
            return true;
        });
        foreach (var message in messages) SignalTopic(message.Topic);
    }

    /// <summary>Makes the consumer known; from now on no message of the topic leaves the file before it has settled it.</summary>
    public async Task SubscribeAsync(string consumer, string topic)
    {
        await _writer.RunAsync(session =>
        {
            See(session, consumer, topic);
            return true;
        });
        _running[(consumer, topic)] = true;
    }

    /// <summary>The messages stay for the consumer's return, until it has been away for the retention time.</summary>
    public void Leave(string consumer, string topic) => _running.TryRemove((consumer, topic), out _);

    /// <summary>Leases up to <paramref name="most"/> messages. Nothing is written when there is nothing to take.</summary>
    public async Task<IReadOnlyList<LeasedMessage>> ClaimAsync(string consumer, string topic, int most)
    {
        var (hasNew, nextDue) = _readers.Read((consumer, topic), Peek);
        if (!hasNew && !IsDue(nextDue)) return [];
        var claimed = await _writer.RunAsync(
            session => BrokerClaim.Take(session, new ClaimRequest(consumer, topic, _owner, most, Now(), Lease)), durable: false);
        foreach (var message in claimed) _held[(consumer, message.Id)] = true;
        return claimed;
    }

    public async Task SettleAsync(string consumer, string topic, IReadOnlyList<Settlement> settlements)
    {
        var deadLetters = settlements.FirstOrDefault(settlement => settlement.DeadLetter is not null).DeadLetter;
        try
        {
            await _writer.RunAsync(session =>
            {
                foreach (var settlement in settlements) Settle(session, consumer, settlement);
                return true;
            }, durable: deadLetters is not null);
        }
        finally
        {
            // Also when it failed: the lease is renewed no more, runs out, and the message comes again.
            foreach (var settlement in settlements) _held.TryRemove((consumer, settlement.MessageId), out _);
        }

        if (deadLetters is not null) SignalTopic(deadLetters.Topic);
        // Another instance of the consumer shall know when the message comes again.
        if (settlements.Any(settlement => settlement.RetryAfter is not null)) _bells.Ring(topic);
    }

    /// <summary>Ends when any process has left work for the consumer since <paramref name="seen"/>, or a delayed message is due.</summary>
    public async Task WaitForWorkAsync(string consumer, string topic, Task seen, CancellationToken cancellationToken)
    {
        // Known as waiting before it looks: what comes after the look is told to it.
        var waiting = new WaitingConsumer(consumer, topic, _bells.Look(topic));
        _waiting[waiting] = true;
        try
        {
            var (hasNew, nextDue) = _readers.Read((consumer, topic), Peek);
            if (hasNew || IsDue(nextDue)) return;
            waiting.NextDue = nextDue;
            var limit = nextDue is { } due ? TimeSpan.FromMilliseconds(Math.Clamp(due - Now(), 1, 5000)) : Timeout.InfiniteTimeSpan;
            await seen.WaitAsync(limit, _clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            // A delayed message is due.
        }
        finally
        {
            _waiting.TryRemove(waiting, out _);
        }
    }

    /// <summary>A task that the next change ends. Take it before claiming, so that no change falls between.</summary>
    public Task NextChange() => _changes.Next();

    /// <summary>Gives back what this process still holds, so that another instance gets it at once.</summary>
    public async Task ReleaseAsync()
    {
        var topics = await _writer.RunAsync(session =>
        {
            var held = HeldTopics(session);
            if (held.Count > 0) session.Prepare("UPDATE deliveries SET owner='', visible_at=0 WHERE owner=?1").Bind(1, _owner).Run();
            return held;
        }, durable: false);
        foreach (var topic in topics) _bells.Ring(topic);
    }

    public void Dispose()
    {
        _renewal.Dispose();
        _cleanup.Dispose();
        _beat.Dispose();
        _changes.Dispose();
        _writer.Dispose();
        _readers.Dispose();
        _bells.Dispose();
    }

    private void Insert(SqliteSession session, BrokerMessage message) => session.Prepare("""
        INSERT INTO messages (topic, payload, content_type, raw, expires, published, metadata) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        """).Bind(1, message.Topic).Bind(2, message.Payload).Bind(3, message.ContentType).Bind(4, message.IsRaw ? 1L : 0L)
        .Bind(5, message.Expires).Bind(6, Now()).Bind(7, message.Metadata?.Json).Run();

    // Also makes the row anew, should somebody have removed it.
    private void See(SqliteSession session, string consumer, string topic) => session.Prepare("""
        INSERT INTO consumers (consumer, topic, cursor, seen) VALUES (?1, ?2, 0, ?3)
        ON CONFLICT (consumer, topic) DO UPDATE SET seen=excluded.seen
        """).Bind(1, consumer).Bind(2, topic).Bind(3, Now()).Run();

    private void Beat(SqliteSession session)
    {
        foreach (var (consumer, topic) in _running.Keys) See(session, consumer, topic);
    }

    private async Task CleanUpAsync()
    {
        try
        {
            var forgotten = await _writer.RunAsync(session =>
            {
                var removed = _idle.Remove(session);
                BrokerCleanup.Run(session, Now());
                return removed;
            }, durable: false);
            foreach (var idle in forgotten)
            {
                ConsumerForgotten(
                    _logger, idle.Consumer, idle.Topic, DateTimeOffset.FromUnixTimeMilliseconds(idle.Seen),
                    _options.IdleRetention.TotalSeconds, idle.InHand);
            }
        }
        catch (Exception error) when (error is StorageException or ObjectDisposedException)
        {
            // The next one makes it good, or the sidecar stops.
        }
    }

    private List<string> HeldTopics(SqliteSession session)
    {
        var topics = new List<string>();
        var held = session.Prepare("SELECT DISTINCT topic FROM deliveries WHERE owner=?1");
        try
        {
            held.Bind(1, _owner);
            while (held.Step()) topics.Add(held.Text(0));
        }
        finally
        {
            held.Reset();
        }

        return topics;
    }

    private void Settle(SqliteSession session, string consumer, Settlement settlement)
    {
        if (settlement.RetryAfter is { } delay)
        {
            // Only what is still in this hand: one that was too slow must not take it out of the next.
            session.Prepare("""
                UPDATE deliveries SET owner='', visible_at=?3, attempts=attempts-?4 WHERE consumer=?1 AND message_id=?2 AND owner=?5
                """).Bind(1, consumer).Bind(2, settlement.MessageId).Bind(3, Now() + (long)delay.TotalMilliseconds)
                .Bind(4, settlement.CountsAsAttempt ? 0L : 1L).Bind(5, _owner).Run();
            return;
        }

        session.Prepare("DELETE FROM deliveries WHERE consumer=?1 AND message_id=?2").Bind(1, consumer).Bind(2, settlement.MessageId).Run();
        // Settled by another meanwhile, it may be a dead letter already, or none at all.
        if (settlement.DeadLetter is not null && session.Changes == 1) Insert(session, settlement.DeadLetter);
    }

    private void SignalTopic(string topic)
    {
        _bells.Ring(topic);
        if (_waiting.Keys.Any(waiting => waiting.Topic == topic)) _changes.Signal();
    }

    private bool HasRungForWaiters()
    {
        foreach (var waiting in _waiting.Keys)
        {
            if (_bells.Look(waiting.Topic) != waiting.Bell) return true;
        }

        return false;
    }

    // Most changes of the file are about other topics, and a claim of nothing costs more than this look.
    private bool HasWorkForWaiters(SqliteSession session)
    {
        foreach (var waiting in _waiting.Keys)
        {
            var (hasNew, nextDue) = Peek(session, (waiting.Consumer, waiting.Topic));
            if (hasNew || nextDue != waiting.NextDue) return true;
        }

        return false;
    }

    private static (bool HasNew, long? NextDue) Peek(SqliteSession session, (string Consumer, string Topic) waiting)
    {
        var peek = session.Prepare("""
            SELECT EXISTS (SELECT 1 FROM messages WHERE topic=?2
                AND id>(SELECT cursor FROM consumers WHERE consumer=?1 AND topic=?2)),
              (SELECT MIN(visible_at) FROM deliveries WHERE consumer=?1 AND topic=?2)
            """);
        try
        {
            peek.Bind(1, waiting.Consumer).Bind(2, waiting.Topic).Step();
            return (peek.Int64(0) != 0, peek.IsNull(1) ? null : peek.Int64(1));
        }
        finally
        {
            peek.Reset();
        }
    }

    private bool IsDue(long? time) => time is { } due && (due <= Now() || due > Now() + BrokerClaim.Horizon.TotalMilliseconds);

    private void Renew()
    {
        var held = _held.Keys.ToArray();
        if (held.Length == 0) return;
        InBackground(session =>
        {
            var until = Now() + (long)Lease.TotalMilliseconds;
            foreach (var (consumer, id) in held)
            {
                session.Prepare("UPDATE deliveries SET visible_at=?4 WHERE consumer=?1 AND message_id=?2 AND owner=?3")
                    .Bind(1, consumer).Bind(2, id).Bind(3, _owner).Bind(4, until).Run();
            }
        });
    }

    // A renewal or cleanup that fails is made good by the next one; at worst a message is delivered twice.
    private void InBackground(Action<SqliteSession> change)
    {
        try
        {
            _ = _writer.RunAsync(session =>
            {
                change(session);
                return true;
            }, durable: false).ContinueWith(static task => _ = task.Exception, TaskScheduler.Default);
        }
        catch (ObjectDisposedException)
        {
            // The timer fired while the sidecar stops.
        }
    }

    private long Now() => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    [LoggerMessage(40, LogLevel.Warning,
        "consumer {Consumer} of topic {Topic} was last seen at {Seen:u} and is forgotten (autoDeleteOnIdleInSec {Seconds}); " +
        "{InHand} messages that it had in hand are dropped, the others stay for the topic's other consumers only")]
    private static partial void ConsumerForgotten(
        ILogger logger, string consumer, string topic, DateTimeOffset seen, double seconds, int inHand);
}
