using System.Collections.Concurrent;
using System.Text.Json;
using McpMesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;

namespace McpMesh.Sidecar.Conformance.Harness;

/// <summary>An app with every kind of subscription. The topics are named after what is special about them.</summary>
public sealed class PubSubMesh : SidecarFixture
{
    private const string Programmatic = """
        [{"pubsubname":"pubsub","topic":"plain","route":"/plain"},
         {"pubsubname":"pubsub","topic":"with/slashes/in","route":"/slashes"},
         {"pubsubName":"pubsub","Topic":"keys","Route":"keys"},
         {"pubsubname":"pubsub","topic":"no-route"},
         {"pubsubname":"pubsub","topic":"two-defaults","route":"/older","routes":{"default":"/default"}},
         {"pubsubname":"pubsub","topic":"routed","routes":{"rules":[
            {"match":"event.type == \"first\"","path":"/routed-first"},
            {"match":"event.type == \"first\" || event.data.n == 2","path":"/routed-second"}],"default":"/routed-rest"}},
         {"pubsubname":"pubsub","topic":"unrouted","deadLetterTopic":"dead","routes":{"rules":[
            {"match":"event.type == \"known\"","path":"/known"}]}},
         {"pubsubname":"pubsub","topic":"raw","route":"/raw","metadata":{"rawPayload":"true"}},
         {"pubsubname":"pubsub","topic":"answered","route":"/answered","deadLetterTopic":"dead"},
         {"pubsubname":"pubsub","topic":"alone","route":"/alone"},
         {"pubsubname":"pubsub","topic":"bulk","route":"/bulk","deadLetterTopic":"dead",
            "bulkSubscribe":{"enabled":true,"maxMessagesCount":3,"maxAwaitDurationMs":1000}},
         {"pubsubname":"pubsub","topic":"dead","route":"/dead"},
         {"pubsubname":"scoped","topic":"hidden","route":"/hidden"},
         {"pubsubname":"scoped","topic":"open","route":"/open"}]
        """;

    private readonly ConcurrentDictionary<string, ReceivedEvents> _events = new();

    internal override IEnumerable<string> Flags => ["--config", Folder.File("config.yaml")];

    internal ReceivedEvents At(string path) => _events.GetOrAdd(path, _ => new ReceivedEvents());

    /// <summary>The event with this id; those before it are passed over.</summary>
    internal async Task<JsonElement> NextAsync(string path, string id)
    {
        while (true)
        {
            var received = await At(path).NextAsync();
            if (received.GetProperty("id").ValueEquals(id)) return received;
        }
    }

    /// <summary>Publishes an event that has this id.</summary>
    internal async Task PublishAsync(string topic, string id, string data = "1", string more = "") => (await Http.SendAsync(
        $"POST /v1.0/publish/pubsub/{topic}?metadata.cloudevent.id={id}{more}", data)).IsNoContent();

    internal override void WriteResources()
    {
        WriteConfiguration("config");
        Folder.WriteComponent("pubsub", "pubsub.in-memory", ("protectedTopics", "protected"));
        Folder.WriteComponent(
            "scoped", "pubsub.in-memory", ("allowedTopics", "open,hidden,closed"), ("publishingScopes", $"{AppId}=open,hidden"),
            ("subscriptionScopes", $"{AppId}=open"));
        Folder.WriteResource("declared", $$"""
            apiVersion: dapr.io/v2alpha1
            kind: Subscription
            metadata: { name: declared }
            spec:
              pubsubname: pubsub
              topic: declared
              routes:
                rules:
                  - match: event.type == "first"
                    path: /declared-first
                default: /declared
              deadLetterTopic: dead
            scopes: [{{AppId}}]
            ---
            apiVersion: dapr.io/v1alpha1
            kind: Subscription
            metadata: { name: declared-v1 }
            spec:
              pubsubname: pubsub
              topic: declared-v1
              route: /declared-v1
            ---
            apiVersion: dapr.io/v2alpha1
            kind: Subscription
            metadata: { name: of-another }
            spec:
              pubsubname: pubsub
              topic: of-another
              routes: { default: /of-another }
            scopes: [another]
            """);
    }

    internal override async Task<TestApp?> StartAppAsync() => Owned(await TestApp.StartAsync(HandleAsync, Programmatic));

    // daprd is initialized only with its subscriptions; the embedded sidecar serves them from then on, one after the other.
    internal override Task StartOthersAsync(TestApp? app) => SidecarProgram.IsDaprd ? Task.CompletedTask : Sidecar.WaitForSubscriptionsAsync(
        "plain", "with/slashes/in", "keys", "two-defaults", "routed", "unrouted", "raw", "answered", "alone", "bulk", "dead", "declared",
        "declared-v1", "open");

    private Task HandleAsync(HttpContext context)
    {
        if (context.Request.Method == "POST" && context.Request.Path != "/gone") return At(context.Request.Path.Value!).HandleAsync(context);
        context.Response.StatusCode = 404;
        return Task.CompletedTask;
    }
}
