using System.Net;
using System.Net.Http.Headers;
using System.Text;
using McpMesh.Sidecar.Tests.Harness;

namespace McpMesh.Sidecar.Tests.PubSub.Soak;

/// <summary>Publishes one event or a bulk after the other, on whichever sidecar lives. What was not acknowledged is not tried again.</summary>
internal sealed class SoakPublisher(SoakLedger ledger, Func<SidecarUnderTest?> sidecar, Random random)
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            // A stream of events, and no flood that a busy machine would take minutes to work off.
            await Task.Delay(random.Next(20), CancellationToken.None);
            var events = Enumerable.Range(0, random.Next(6) == 0 ? 10 : 1).Select(_ => ledger.NewEvent(random)).ToArray();
            foreach (var topic in events.GroupBy(e => e.Topic)) await PublishAsync(topic.Key, [.. topic]);
        }
    }

    private async Task PublishAsync(string topic, SoakEvent[] events)
    {
        if (sidecar() is not { } living) return;
        var (path, body) = events.Length == 1
            ? ($"/v1.0/publish/pubsub/{topic}", events[0].Json)
            : ($"/v1.0/publish/bulk/pubsub/{topic}", $"[{string.Join(',', events.Select(EntryOf))}]");
        try
        {
            using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = Json } };
            using var answer = await living.Http.PostAsync(path, content);
            if (answer.StatusCode != HttpStatusCode.NoContent) return;
            foreach (var e in events) ledger.Acknowledge(e);
        }
        catch (Exception error) when (error is HttpRequestException or ObjectDisposedException or OperationCanceledException)
        {
            // The kill came before the acknowledgement.
        }
    }

    private static string EntryOf(SoakEvent e) =>
        $$"""{"entryId":"{{e.Number}}","contentType":"application/json","event":{{e.Json}}}""";
}
