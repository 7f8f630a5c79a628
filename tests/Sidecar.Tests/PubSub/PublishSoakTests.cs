using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using McpMesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;
using Xunit.Abstractions;

namespace McpMesh.Sidecar.Tests.PubSub;

/// <summary>
/// Publisher's and subscriber's sidecars are killed again and again under load. Ten seconds by default; MESH_SOAK_SECONDS makes it longer,
/// MESH_SOAK_SEED repeats the kills of a run.
/// </summary>
public sealed class PublishSoakTests(ITestOutputHelper output)
{
    private const int Publishers = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<string, int> _delivered = new();
    private readonly ConcurrentDictionary<string, int> _deadLetters = new();

    [Fact]
    public async Task Nothing_acknowledged_is_lost_while_both_sidecars_are_killed_again_and_again()
    {
        var seconds = int.Parse(Environment.GetEnvironmentVariable("MESH_SOAK_SECONDS") ?? "10", CultureInfo.InvariantCulture);
        var seed = Environment.GetEnvironmentVariable("MESH_SOAK_SEED") is { } given
            ? int.Parse(given, CultureInfo.InvariantCulture)
            : Random.Shared.Next(1, 1_000_000);
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);

        using var folder = new TestFolder();
        await using var app = await TestApp.StartAsync(TakeAsync, """
            [{"pubsubname":"pubsub","topic":"orders","route":"/orders","deadLetterTopic":"dead"},
             {"pubsubname":"pubsub","topic":"dead","route":"/dead"}]
            """);
        var publisher = await SidecarUnderTest.StartAsync(folder, "publisher");
        var subscriber = await SidecarUnderTest.StartAsync(folder, "subscriber", app);
        await subscriber.WaitForSubscriptionsAsync("orders", "dead");

        var acknowledged = new ConcurrentDictionary<string, bool>();
        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        var publishing = Enumerable.Range(0, Publishers)
            .Select(number => PublishAsync(number, () => publisher, acknowledged, over.Token)).ToArray();
        var kills = 0;
        try
        {
            while (!over.IsCancellationRequested)
            {
                await Task.Delay(random.Next(200, 1200), over.Token).ContinueWith(_ => { }, TaskScheduler.Default);
                kills++;
                if (random.Next(2) == 0)
                {
                    await publisher.KillAsync();
                    await publisher.DisposeAsync();
                    publisher = await SidecarUnderTest.StartAsync(folder, "publisher");
                }
                else
                {
                    await subscriber.KillAsync();
                    await subscriber.DisposeAsync();
                    subscriber = await SidecarUnderTest.StartAsync(folder, "subscriber", app);
                }
            }

            await Task.WhenAll(publishing);
            var waited = Stopwatch.StartNew();
            while (acknowledged.Keys.Any(id => !IsSettled(id)) && waited.Elapsed < Patience) await Task.Delay(50);
            var lost = acknowledged.Keys.Where(id => !IsSettled(id)).ToArray();
            output.WriteLine($"{kills} kills, {acknowledged.Count} events acknowledged, {_delivered.Count} delivered, " +
                $"{_delivered.Values.Sum() - _delivered.Count} times more than once, {_deadLetters.Count} dead letters");
            Assert.True(lost.Length == 0, $"seed {seed}: {lost.Length} lost: {string.Join(", ", lost.Take(10))}");
            Assert.True(acknowledged.Count > 20 && kills > 3, $"seed {seed}: {acknowledged.Count} events and {kills} kills prove nothing");
        }
        finally
        {
            await publisher.DisposeAsync();
            await subscriber.DisposeAsync();
        }
    }

    // Every seventh event is refused by its consumer, and must be found among the dead letters.
    private bool IsSettled(string id) => IsPoison(id) ? _deadLetters.ContainsKey(id) : _delivered.ContainsKey(id);

    private static bool IsPoison(string id) => id.EndsWith('7');

    private async Task TakeAsync(HttpContext context)
    {
        using var envelope = await JsonDocument.ParseAsync(context.Request.Body);
        var id = envelope.RootElement.GetProperty("data").GetString()!;
        if (context.Request.Path == "/dead")
        {
            _deadLetters.AddOrUpdate(id, 1, (_, times) => times + 1);
            return;
        }

        _delivered.AddOrUpdate(id, 1, (_, times) => times + 1);
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(IsPoison(id) ? """{"status":"DROP"}""" : """{"status":"SUCCESS"}""");
    }

    /// <summary>Each with a client of its own: what a killed sidecar did not acknowledge is published anew under another id.</summary>
    private static async Task PublishAsync(
        int number, Func<SidecarUnderTest> sidecar, ConcurrentDictionary<string, bool> acknowledged, CancellationToken stop)
    {
        // Paced, so that deliveries keep up and kills meet them too.
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        for (var i = 0; !stop.IsCancellationRequested && await pace.WaitForNextTickAsync(CancellationToken.None); i++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"event-{number}-{i}");
            try
            {
                using var content = new StringContent(id, Encoding.UTF8, "text/plain");
                using var answer = await sidecar().Http.PostAsync("/v1.0/publish/pubsub/orders", content, CancellationToken.None);
                if (answer.StatusCode == HttpStatusCode.NoContent) acknowledged[id] = true;
            }
            catch (Exception broken) when (broken is HttpRequestException or ObjectDisposedException or OperationCanceledException)
            {
                // Not acknowledged.
            }
        }
    }
}
