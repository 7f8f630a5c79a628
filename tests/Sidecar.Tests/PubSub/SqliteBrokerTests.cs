using McpMesh.Sidecar.PubSub;
using McpMesh.Sidecar.Storage;
using McpMesh.Sidecar.Tests.Harness;
using McpMesh.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace McpMesh.Sidecar.Tests.PubSub;

/// <summary>The broker by itself, on a real file and a clock that the test moves.</summary>
public sealed class SqliteBrokerTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TestFolder _folder = new();
    private readonly ManualClock _clock = new();

    public SqliteBrokerTests() => SystemSqlite.Use();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_consumer_that_nobody_runs_is_forgotten_after_the_retention_time_and_its_messages_go()
    {
        using var broker = Open(new BrokerOptions { ParallelDeliveries = 1, IdleRetention = TimeSpan.FromDays(7) });
        await broker.SubscribeAsync("gone", "t");
        await broker.SubscribeAsync("here", "t");
        broker.Leave("gone", "t");
        await broker.PublishAsync([Message("1"), Message("2")]);
        Assert.Single(await broker.ClaimAsync("gone", "t", 1)); // in hand, never settled
        await SettleAllAsync(broker, "here");
        for (var day = 0; day < 7; day++)
        {
            await PassAsync(TimeSpan.FromDays(1), TimeSpan.FromHours(1), broker);
            Assert.Equal(["gone", "here"], Consumers());
        }

        Assert.Equal(2, Count("messages"));
        await PassAsync(TimeSpan.FromHours(1), TimeSpan.FromMinutes(2), broker);
        Assert.Equal(["here"], Consumers());
        Assert.Equal(0, Count("messages"));
        Assert.Equal(0, Count("deliveries"));
    }

    [Fact]
    public async Task A_machine_that_wakes_up_after_weeks_forgets_nobody_who_still_runs()
    {
        using var first = Open(new BrokerOptions { ParallelDeliveries = 1 });
        using var second = Open(new BrokerOptions { ParallelDeliveries = 1 });
        await first.SubscribeAsync("a", "t");
        await second.SubscribeAsync("b", "t");
        _clock.Jump(TimeSpan.FromDays(30));
        await PassAsync(TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(30), first, second);
        Assert.Equal(["a", "b"], Consumers());
    }

    [Fact]
    public async Task Metadata_of_a_message_is_kept()
    {
        using var broker = Open(new BrokerOptions { ParallelDeliveries = 1 });
        await broker.SubscribeAsync("a", "t");
        var metadata = MessageMetadata.Of(new Dictionary<string, string> { ["region"] = "eu", ["q"] = "\"\\é" });
        await broker.PublishAsync([Message("1") with { Metadata = metadata }, Message("2")]);
        var claimed = await broker.ClaimAsync("a", "t", 10);
        Assert.Equal(metadata!.Items, claimed[0].Message.Metadata!.Items);
        Assert.Null(claimed[1].Message.Metadata);
    }

    [Fact]
    public async Task A_file_of_an_earlier_release_is_brought_up_to_date_and_keeps_its_messages()
    {
        var location = SqliteLocation.Parse(_folder.File("old.db"));
        using (var session = SqliteSession.Open(location))
        {
            session.Execute("""
                CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, payload BLOB NOT NULL,
                    content_type TEXT NOT NULL, raw INTEGER NOT NULL, expires INTEGER, published INTEGER NOT NULL)
                """);
            session.Execute("INSERT INTO messages (topic, payload, content_type, raw, published) VALUES ('t', x'31', 'text/plain', 1, 0)");
        }

        var opened = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            new SqliteBroker(location, new BrokerOptions { ParallelDeliveries = 1 }, "me", _clock, NullLogger.Instance))));
        await opened[0].SubscribeAsync("a", "t");
        var kept = (await opened[0].ClaimAsync("a", "t", 10)).Single();
        Assert.Equal("1", System.Text.Encoding.UTF8.GetString(kept.Message.Payload));
        foreach (var broker in opened) broker.Dispose();
    }

    [Fact]
    public async Task A_consumer_of_another_process_hears_of_a_publication_by_its_topics_bell()
    {
        using var broker = Open(new BrokerOptions { ParallelDeliveries = 1 });
        using var other = Open(new BrokerOptions { ParallelDeliveries = 1 });
        using var bells = new TopicBells(SqliteLocation.Parse(_folder.File("broker.db")));
        await broker.SubscribeAsync("a", "t");
        var (before, elsewhere) = (bells.Look("t"), bells.Look("u"));
        var work = broker.WaitForWorkAsync("a", "t", broker.NextChange(), CancellationToken.None);
        await other.PublishAsync([Message("1")]);
        Assert.NotEqual(before, bells.Look("t"));
        Assert.Equal(elsewhere, bells.Look("u"));
        await work.WaitAsync(Patience);
        Assert.Single(await broker.ClaimAsync("a", "t", 1));
    }

    [Fact]
    public async Task A_publisher_that_dies_before_it_rings_is_heard_all_the_same()
    {
        using var broker = Open(new BrokerOptions { ParallelDeliveries = 1 });
        await broker.SubscribeAsync("a", "t");
        var work = broker.WaitForWorkAsync("a", "t", broker.NextChange(), CancellationToken.None);
        using (var session = SqliteSession.Open(SqliteLocation.Parse(_folder.File("broker.db"))))
            session.Execute("INSERT INTO messages (topic, payload, content_type, raw, published) VALUES ('t', x'31', 'text/plain', 1, 0)");
        await work.WaitAsync(Patience);
        Assert.Single(await broker.ClaimAsync("a", "t", 1));
    }

    [Fact]
    public async Task What_another_instance_of_the_consumer_gives_back_is_heard_of()
    {
        using var broker = Open(new BrokerOptions { ParallelDeliveries = 1 });
        using var other = Open(new BrokerOptions { ParallelDeliveries = 1 }, "other");
        await broker.SubscribeAsync("a", "t");
        await other.PublishAsync([Message("1")]);
        Assert.Single(await other.ClaimAsync("a", "t", 1));
        var work = broker.WaitForWorkAsync("a", "t", broker.NextChange(), CancellationToken.None);
        Assert.False(work.IsCompleted);
        await other.ReleaseAsync();
        await work.WaitAsync(Patience);
        Assert.Equal(2, (await broker.ClaimAsync("a", "t", 1)).Single().Attempt);
    }

    [Fact]
    public async Task A_message_that_was_too_slow_in_one_hand_and_went_to_another_becomes_one_dead_letter()
    {
        using var slow = Open(new BrokerOptions { ParallelDeliveries = 1 }, "slow");
        using var next = Open(new BrokerOptions { ParallelDeliveries = 1 }, "next");
        var message = await TakenFromAsync(slow, next);
        var dead = new Settlement(message.Id, null, message.Message with { Topic = "dead" });
        await next.SettleAsync("a", "t", [dead]);
        await slow.SettleAsync("a", "t", [dead]);
        await slow.SubscribeAsync("a", "dead");
        Assert.Single(await slow.ClaimAsync("a", "dead", 9));
    }

    [Fact]
    public async Task One_that_was_too_slow_does_not_take_a_message_out_of_the_next_hand()
    {
        using var slow = Open(new BrokerOptions { ParallelDeliveries = 1 }, "slow");
        using var next = Open(new BrokerOptions { ParallelDeliveries = 1 }, "next");
        var message = await TakenFromAsync(slow, next);
        await slow.SettleAsync("a", "t", [new Settlement(message.Id, TimeSpan.Zero)]);
        Assert.Empty(await slow.ClaimAsync("a", "t", 1));
        await next.SettleAsync("a", "t", [new Settlement(message.Id, TimeSpan.Zero)]);
        Assert.Equal(3, (await slow.ClaimAsync("a", "t", 1)).Single().Attempt);
    }

    // The one's lease runs out, because nothing of it is renewed, and the other takes the message.
    private async Task<LeasedMessage> TakenFromAsync(SqliteBroker slow, SqliteBroker next)
    {
        await slow.SubscribeAsync("a", "t");
        await slow.PublishAsync([Message("1")]);
        Assert.Single(await slow.ClaimAsync("a", "t", 1));
        Assert.Empty(await next.ClaimAsync("a", "t", 1));
        _clock.Jump(SqliteBroker.Lease);
        return (await next.ClaimAsync("a", "t", 1)).Single();
    }

    private static BrokerMessage Message(string text) => new("t", System.Text.Encoding.UTF8.GetBytes(text), "text/plain", true, null);

    private static async Task SettleAllAsync(SqliteBroker broker, string consumer)
    {
        var claimed = await broker.ClaimAsync(consumer, "t", 100);
        await broker.SettleAsync(consumer, "t", [.. claimed.Select(message => new Settlement(message.Id, null))]);
    }

    private SqliteBroker Open(BrokerOptions options, string owner = "me") =>
        new(SqliteLocation.Parse(_folder.File("broker.db")), options, owner, _clock, NullLogger.Instance);

    // Timers fire as the clock moves; a write of the same broker that comes after theirs says that theirs are done.
    private async Task PassAsync(TimeSpan time, TimeSpan step, params SqliteBroker[] brokers)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += step)
        {
            _clock.Advance(step);
            foreach (var broker in brokers) await broker.ReleaseAsync();
        }
    }

    private string[] Consumers()
    {
        using var session = SqliteSession.Open(SqliteLocation.Parse(_folder.File("broker.db")));
        var select = session.Prepare("SELECT consumer FROM consumers ORDER BY consumer");
        var names = new List<string>();
        while (select.Step()) names.Add(select.Text(0));
        return [.. names];
    }

    private long Count(string table)
    {
        using var session = SqliteSession.Open(SqliteLocation.Parse(_folder.File("broker.db")));
        var select = session.Prepare($"SELECT COUNT(*) FROM {table}");
        select.Step();
        return select.Int64(0);
    }
}
