using System.Collections.Concurrent;
using McpMesh.Sidecar.Components;
using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.PubSub;

/// <summary>
/// A durable broker in one SQLite file that all sidecars of this machine share. Each consumer (an app id) has a cursor a topic and one
/// row for every message it has in hand; instances of one app id compete for messages through leases. At least once: what a publisher
/// was told is accepted is committed and synced, and it leaves the file only after every consumer of the topic has settled it.
/// </summary>
internal sealed class SqliteBroker : IDisposable
{
    /// <summary>A crashed holder's messages go to the next consumer after this time.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan RenewInterval = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan CleanupInterval = TimeSpan.FromSeconds(10);
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;
    private readonly string _owner;
    private readonly TimeProvider _clock;
    private readonly ITimer _renewal;
    private readonly ITimer _cleanup;
    private readonly ChangeWatch _changes;
    private readonly ConcurrentDictionary<(string Consumer, long Id), bool> _held = new();

    private SqliteBroker(SqliteLocation location, string owner, TimeProvider clock)
    {
        location = location with { PageSize = BrokerSchema.PageSize };
        _writer = new SqliteWriter(location, BrokerSchema.Text);
        _readers = new SqliteReaders(location);
        _owner = owner;
        _clock = clock;
        _changes = new ChangeWatch(location);
        _renewal = clock.CreateTimer(_ => Renew(), null, RenewInterval, RenewInterval);
        _cleanup = clock.CreateTimer(
            _ => InBackground(session => BrokerCleanup.Run(session, Now())), null, CleanupInterval, CleanupInterval);
    }

    public static SqliteBroker Open(Component component, string owner, TimeProvider clock) =>
        new(SqliteLocation.Parse(component.Require("connectionString")), owner, clock);

    /// <summary>Ends when all messages are committed; all are or none is.</summary>
    public async Task PublishAsync(IReadOnlyList<BrokerMessage> messages)
    {
        await _writer.RunAsync(session =>
        {
            foreach (var message in messages) Insert(session, message);
            return true;
        });
        _changes.Signal();
    }

    /// <summary>Makes the consumer known; from now on no message of the topic leaves the file before it has settled it.</summary>
    public Task SubscribeAsync(string consumer, string topic) => _writer.RunAsync(session =>
    {
        session.Prepare("""
            INSERT INTO consumers (consumer, topic, cursor, seen) VALUES (?1, ?2, 0, ?3)
            ON CONFLICT (consumer, topic) DO UPDATE SET seen=excluded.seen
            """).Bind(1, consumer).Bind(2, topic).Bind(3, Now()).Run();
        return true;
    });

    /// <summary>Leases up to <paramref name="most"/> messages. Nothing is written when there is nothing to take.</summary>
    public async Task<IReadOnlyList<LeasedMessage>> ClaimAsync(string consumer, string topic, int most)
    {
        var (hasNew, nextDue) = Peek(consumer, topic);
        if (!hasNew && !IsDue(nextDue)) return [];
        var claimed = await _writer.RunAsync(
            session => BrokerClaim.Take(session, new ClaimRequest(consumer, topic, _owner, most, Now(), Lease)), durable: false);
        foreach (var message in claimed) _held[(consumer, message.Id)] = true;
        return claimed;
    }

    public async Task SettleAsync(string consumer, IReadOnlyList<Settlement> settlements)
    {
        var deadLetters = settlements.Any(settlement => settlement.DeadLetter is not null);
        try
        {
            await _writer.RunAsync(session =>
            {
                foreach (var settlement in settlements) Settle(session, consumer, settlement);
                return true;
            }, durable: deadLetters);
        }
        finally
        {
            // Also when it failed: the lease is renewed no more, runs out, and the message comes again.
            foreach (var settlement in settlements) _held.TryRemove((consumer, settlement.MessageId), out _);
        }

        if (deadLetters) _changes.Signal();
    }

    /// <summary>Ends when the file has changed (by any process) since <paramref name="seen"/>, or a delayed message is due.</summary>
    public async Task WaitForWorkAsync(string consumer, string topic, Task seen, CancellationToken cancellationToken)
    {
        var (hasNew, nextDue) = Peek(consumer, topic);
        if (hasNew || IsDue(nextDue)) return;
        var limit = nextDue is { } due ? TimeSpan.FromMilliseconds(Math.Clamp(due - Now(), 1, 5000)) : Timeout.InfiniteTimeSpan;
        try
        {
            await seen.WaitAsync(limit, _clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            // A delayed message is due.
        }
    }

    /// <summary>
    /// Lets messages gather. A claim, a delivery and a settlement cost a commit each whatever they hold, and publishers wait for the
    /// same file meanwhile.
    /// </summary>
    public Task CollectAsync(TimeSpan time, CancellationToken cancellationToken) =>
        time > TimeSpan.Zero ? Task.Delay(time, _clock, cancellationToken) : Task.CompletedTask;

    /// <summary>A task that the next change ends. Take it before claiming, so that no change falls between.</summary>
    public Task NextChange() => _changes.Next();

    /// <summary>Gives back what this process still holds, so that another instance gets it at once.</summary>
    public Task ReleaseAsync() => _writer.RunAsync(session =>
    {
        session.Prepare("UPDATE deliveries SET owner='', visible_at=0 WHERE owner=?1").Bind(1, _owner).Run();
        return true;
    }, durable: false);

    public void Dispose()
    {
        _renewal.Dispose();
        _cleanup.Dispose();
        _changes.Dispose();
        _writer.Dispose();
        _readers.Dispose();
    }

    private static void Insert(SqliteSession session, BrokerMessage message) => session.Prepare("""
        INSERT INTO messages (topic, payload, content_type, raw, expires, published) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        """).Bind(1, message.Topic).Bind(2, message.Payload).Bind(3, message.ContentType).Bind(4, message.IsRaw ? 1L : 0L)
        .Bind(5, message.Expires).Bind(6, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()).Run();

    private void Settle(SqliteSession session, string consumer, Settlement settlement)
    {
        if (settlement.RetryAfter is { } delay)
        {
            session.Prepare("""
                UPDATE deliveries SET owner='', visible_at=?3, attempts=attempts-?4 WHERE consumer=?1 AND message_id=?2
                """).Bind(1, consumer).Bind(2, settlement.MessageId).Bind(3, Now() + (long)delay.TotalMilliseconds)
                .Bind(4, settlement.CountsAsAttempt ? 0L : 1L).Run();
            return;
        }

        if (settlement.DeadLetter is not null) Insert(session, settlement.DeadLetter);
        session.Prepare("DELETE FROM deliveries WHERE consumer=?1 AND message_id=?2").Bind(1, consumer).Bind(2, settlement.MessageId).Run();
    }

    private (bool HasNew, long? NextDue) Peek(string consumer, string topic) =>
        _readers.Read((consumer, topic), static (session, state) =>
        {
            var peek = session.Prepare("""
                SELECT EXISTS (SELECT 1 FROM messages WHERE topic=?2
                    AND id>(SELECT cursor FROM consumers WHERE consumer=?1 AND topic=?2)),
                  (SELECT MIN(visible_at) FROM deliveries WHERE consumer=?1 AND topic=?2)
                """);
            try
            {
                peek.Bind(1, state.consumer).Bind(2, state.topic).Step();
                return (peek.Int64(0) != 0, peek.IsNull(1) ? (long?)null : peek.Int64(1));
            }
            finally
            {
                peek.Reset();
            }
        });

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
}
