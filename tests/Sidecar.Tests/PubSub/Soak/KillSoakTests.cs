using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using McpMesh.Sidecar.Storage;
using McpMesh.Sidecar.Tests.Harness;
using McpMesh.Sidecar.Workflows.Store;
using McpMesh.Sqlite;

namespace McpMesh.Sidecar.Tests.PubSub.Soak;

/// <summary>
/// kill -9 of publishers' and subscribers' sidecars at random while events are published and delivered. <c>SIDECAR_SOAK_SECONDS</c> makes
/// it longer; <c>SIDECAR_SOAK_SEED</c> repeats the decisions of a run, which prints its seed.
/// </summary>
public sealed class KillSoakTests : IDisposable
{
    private const int Publishers = 6;
    private const int Subscribers = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly TestFolder _folder = new();
    private readonly SoakLedger _ledger = new();
    private readonly SoakSubscriber?[] _subscribers = new SoakSubscriber?[Subscribers];
    private SidecarUnderTest? _publisher;
    private int _kills;

    public KillSoakTests() => SystemSqlite.Use();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task No_acknowledged_event_is_lost_and_none_that_was_settled_comes_again_whoever_is_killed()
    {
        var seed = Number("SIDECAR_SOAK_SEED") ?? Random.Shared.Next();
        var duration = TimeSpan.FromSeconds(Number("SIDECAR_SOAK_SECONDS") ?? 6);
        Console.WriteLine($"SIDECAR_SOAK_SEED={seed}");
        var random = new Random(seed);
        var clock = Stopwatch.StartNew();
        var round = 0;
        try
        {
            do
            {
                await RoundAsync(++round, random);
                Check(seed);
            }
            while (clock.Elapsed < duration);

            await StartAsync(++round);
            await WhenNothingIsPendingAsync();
            foreach (var subscriber in _subscribers) Assert.Equal(0, await subscriber!.Sidecar.TerminateAsync());
            _ledger.EndRound(round, Pending());
            Check(seed);
        }
        finally
        {
            await KillAllAsync();
        }

        Console.WriteLine($"{round} rounds, {_kills} kills, {_ledger.Acknowledged} events acknowledged, {_ledger.DeadLetters} dead letters, "
            + $"{_ledger.Redelivered} deliveries again");
        Assert.NotEqual(0, _ledger.Acknowledged);
        Assert.NotEqual(0, _ledger.DeadLetters);
    }

    private async Task RoundAsync(int round, Random random)
    {
        await StartAsync(round);
        using var stop = new CancellationTokenSource();
        var publishers = Enumerable.Range(0, Publishers)
            .Select(_ => new SoakPublisher(_ledger, () => _publisher, new Random(random.Next())).RunAsync(stop.Token)).ToArray();
        for (var kills = random.Next(1, 4); kills > 0; kills--)
        {
            await Task.Delay(random.Next(50, 800)); // somewhere in the middle of it, wherever that is
            await ReplaceAsync(random.Next(Subscribers + 1), round);
        }

        await Task.Delay(random.Next(50, 800));
        await KillAllAsync();
        await stop.CancelAsync();
        await Task.WhenAll(publishers);
        _ledger.EndRound(round, Pending());
    }

    private Task StartAsync(int round) => Task.WhenAll(
        Enumerable.Range(0, Subscribers).Select(slot => StartSubscriberAsync(slot, round)).Append(StartPublisherAsync()));

    private async Task StartPublisherAsync() => _publisher = await SidecarUnderTest.StartAsync(_folder, "till");

    private async Task StartSubscriberAsync(int slot, int round) =>
        _subscribers[slot] = await SoakSubscriber.StartAsync(_folder, _ledger, round);

    private async Task ReplaceAsync(int victim, int round)
    {
        _kills++;
        if (victim == Subscribers)
        {
            var killed = _publisher!;
            await killed.KillAsync();
            await StartPublisherAsync();
            await killed.DisposeAsync();
            return;
        }

        var subscriber = _subscribers[victim]!;
        await subscriber.Sidecar.KillAsync();
        _subscribers[victim] = null;
        await subscriber.DisposeAsync();
        await StartSubscriberAsync(victim, round);
    }

    /// <summary>The processes at once, then what belongs to them.</summary>
    private async Task KillAllAsync()
    {
        var subscribers = _subscribers.OfType<SoakSubscriber>().ToArray();
        var publisher = _publisher;
        var living = subscribers.Select(subscriber => subscriber.Sidecar).Append(publisher).OfType<SidecarUnderTest>().ToArray();
        await Task.WhenAll(living.Select(sidecar => sidecar.KillAsync()));
        _kills += living.Length;
        Array.Clear(_subscribers);
        _publisher = null;
        foreach (var subscriber in subscribers) await subscriber.DisposeAsync();
        if (publisher is not null) await publisher.DisposeAsync();
    }

    private async Task WhenNothingIsPendingAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (Pending().Count > 0) await timer.WaitForNextTickAsync(limit.Token);
    }

    /// <summary>What the broker's file still has to deliver: behind the cursor, or in somebody's hand.</summary>
    private HashSet<(string Topic, int Number)> Pending()
    {
        using var session = SqliteSession.Open(SqliteLocation.Parse(_folder.File("pubsub.db")));
        return [.. session.Prepare("""
            SELECT m.topic, m.payload FROM messages m
            WHERE m.id>COALESCE((SELECT cursor FROM consumers WHERE consumer='shop' AND topic=m.topic), 0)
                OR EXISTS (SELECT 1 FROM deliveries d WHERE d.consumer='shop' AND d.message_id=m.id)
            """).All(static row => (row.Text(0), NumberOf(row.Blob(1))))];
    }

    private static int NumberOf(byte[] payload)
    {
        using var cloudEvent = JsonDocument.Parse(payload);
        return cloudEvent.RootElement.GetProperty("data").GetProperty("n").GetInt32();
    }

    private void Check(int seed) => Assert.True(
        _ledger.Violations.IsEmpty, $"SIDECAR_SOAK_SEED={seed}:\n{string.Join('\n', _ledger.Violations.Take(20))}");

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
