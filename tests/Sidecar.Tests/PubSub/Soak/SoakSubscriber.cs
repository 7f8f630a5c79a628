using System.Text.Json;
using McpMesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;

namespace McpMesh.Sidecar.Tests.PubSub.Soak;

/// <summary>
/// A sidecar with an app of its own, so that each delivery is known to be of this life: one of a life before, which the kernel still
/// held when its sidecar was killed, is not taken for a new one.
/// </summary>
internal sealed class SoakSubscriber : IAsyncDisposable
{
    private const string Subscriptions = """
        [{"pubsubname":"pubsub","topic":"orders","route":"/orders","deadLetterTopic":"dead"},
         {"pubsubname":"pubsub","topic":"plain","route":"/plain"},
         {"pubsubname":"pubsub","topic":"bulk","route":"/bulk","bulkSubscribe":{"enabled":true,"maxMessagesCount":20}},
         {"pubsubname":"pubsub","topic":"dead","route":"/dead"}]
        """;

    private readonly SoakLedger _ledger;
    private readonly int _round;
    private TestApp? _app;

    private SoakSubscriber(SoakLedger ledger, int round) => (_ledger, _round) = (ledger, round);

    public SidecarUnderTest Sidecar { get; private set; } = null!;

    public static async Task<SoakSubscriber> StartAsync(TestFolder folder, SoakLedger ledger, int round)
    {
        var subscriber = new SoakSubscriber(ledger, round);
        subscriber._app = await TestApp.StartAsync(subscriber.TakeAsync, Subscriptions);
        try
        {
            subscriber.Sidecar = await SidecarUnderTest.StartAsync(folder, "shop", subscriber._app);
            return subscriber;
        }
        catch
        {
            await subscriber._app.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Sidecar.DisposeAsync();
        await _app!.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var document = await JsonDocument.ParseAsync(context.Request.Body);
        var topic = context.Request.Path.Value![1..];
        if (topic == SoakLedger.Bulk)
        {
            var statuses = document.RootElement.GetProperty("entries").EnumerateArray().Select(entry => new
            {
                entryId = entry.GetProperty("entryId").GetString(),
                status = _ledger.Deliver(_round, topic, NumberOf(entry.GetProperty("event"))),
            });
            await context.Response.WriteAsJsonAsync(new { statuses = statuses.ToArray() });
            return;
        }

        await context.Response.WriteAsJsonAsync(new { status = _ledger.Deliver(_round, topic, NumberOf(document.RootElement)) });
    }

    private static int NumberOf(JsonElement cloudEvent) => cloudEvent.GetProperty("data").GetProperty("n").GetInt32();
}
