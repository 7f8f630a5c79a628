using System.Text;
using System.Text.Json;
using McpMesh.Sidecar.Components;
using McpMesh.Sidecar.Health;
using McpMesh.Sidecar.Hosting;
using McpMesh.Sidecar.Http;
using McpMesh.Sidecar.Invocation;
using McpMesh.Sidecar.Metrics;
using McpMesh.Sidecar.PubSub;
using McpMesh.Sidecar.Resiliency;
using McpMesh.Sidecar.Storage;
using McpMesh.Sidecar.Tests.Harness;
using McpMesh.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace McpMesh.Sidecar.Tests.PubSub;

/// <summary>Subscriptions that come and go: streams, components and resource files that change.</summary>
public sealed class SubscriptionRuntimeTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Dictionary<string, NamedPubSub> _pubSubs = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly ReceivedEvents _events = new();
    private readonly ReceivedEvents _others = new();
    private readonly HttpMessageInvoker _client = InvocationClients.Create();
    private TestApp _app = null!;
    private SubscriptionRuntime _runtime = null!;
    private Task _running = null!;

    public async Task InitializeAsync()
    {
        _app = await TestApp.StartAsync(
            context => context.Request.Path == "/others" ? _others.HandleAsync(context) : _events.HandleAsync(context));
        Load("forbidden");
        var options = new SidecarOptions { AppId = "me", AppPort = _app.Port };
        var readiness = new AppReadiness("127.0.0.1", _app.Port, isProbed: false);
        _runtime = new SubscriptionRuntime(
            _pubSubs, [], new AppChannel(options, _client, SidecarMetrics.Off), readiness,
            new ResiliencyPolicies(new ResiliencyRules(), SidecarMetrics.Off, TimeProvider.System, NullLogger.Instance), options,
            SidecarMetrics.Off, TimeProvider.System, NullLogger.Instance);
        _running = Task.WhenAll(readiness.RunAsync(_stop.Token), _runtime.RunAsync(_stop.Token, CancellationToken.None));
    }

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Patience);
        await _app.DisposeAsync();
    }

    public void Dispose()
    {
        _runtime.Dispose();
        _client.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task A_stream_gets_events_and_its_answers_settle_them()
    {
        await using var stream = await OpenAsync("t", "dead");
        await using var dead = await OpenAsync("dead");
        Assert.Equal([SubscriptionKind.Streaming, SubscriptionKind.Streaming], _runtime.Subscriptions.Select(one => one.Kind));
        await PublishAsync("t", "a");
        await PublishAsync("t", "b");
        var first = await NextAsync(stream);
        Assert.Equal(("a", "t", "pubsub"), (first.Id, first.Topic, first.PubSubName));
        Assert.Equal("a", JsonDocument.Parse(first.Envelope).RootElement.GetProperty("data").GetString());
        Assert.False(stream.Processed("unheard of", new DeliveryResult(DeliveryOutcome.Success)));
        Assert.True(stream.Processed("a", new DeliveryResult(DeliveryOutcome.Success)));
        Assert.False(stream.Processed("a", new DeliveryResult(DeliveryOutcome.Success)));
        Assert.Equal("b", (await NextAsync(stream)).Id);
        stream.Processed("b", new DeliveryResult(DeliveryOutcome.Drop));
        Assert.Equal("b", (await NextAsync(dead)).Id);
    }

    [Fact]
    public async Task An_event_that_a_stream_did_not_answer_comes_again_and_one_that_it_retries_too()
    {
        SystemSqlite.Use();
        using var folder = new TestFolder();
        using var broker = new SqliteBroker(
            SqliteLocation.Parse(folder.File("broker.db")), new BrokerOptions { ParallelDeliveries = 1 }, "me", TimeProvider.System,
            NullLogger.Instance);
        _pubSubs["pubsub"] = _pubSubs["pubsub"] with { Broker = broker };
        await using (var first = await OpenAsync("t"))
        {
            await PublishAsync("t", "a");
            Assert.Equal("a", (await NextAsync(first)).Id);
        }

        Assert.Empty(_runtime.Subscriptions);
        var second = await OpenAsync("t");
        Assert.Equal("a", (await NextAsync(second)).Id);
        second.Processed("a", new DeliveryResult(DeliveryOutcome.Retry));
        Assert.Equal("a", (await NextAsync(second)).Id);
        second.Processed("a", new DeliveryResult(DeliveryOutcome.Success));
        await second.DisposeAsync();
    }

    [Fact]
    public async Task A_stream_for_an_unknown_component_or_a_forbidden_topic_is_refused()
    {
        var unknown = await Assert.ThrowsAsync<ApiException>(() =>
            _runtime.OpenStreamAsync("nope", "t", new Dictionary<string, string>(), null, CancellationToken.None));
        Assert.Equal("pubsub nope is not found", unknown.Message);
        var forbidden = await Assert.ThrowsAsync<ApiException>(() =>
            _runtime.OpenStreamAsync("pubsub", "forbidden", new Dictionary<string, string>(), null, CancellationToken.None));
        Assert.Equal("subscription to topic 'forbidden' on pubsub 'pubsub' is not allowed", forbidden.Message);
    }

    [Fact]
    public async Task The_stop_of_the_sidecar_ends_a_streams_events()
    {
        await using var stream = await OpenAsync("t");
        await _stop.CancelAsync();
        await stream.Events.Completion.WaitAsync(Patience);
    }

    [Fact]
    public async Task Changed_resource_files_change_what_is_delivered()
    {
        await _runtime.ReplaceDeclaredAsync([Declared("t", "/events")]);
        await SubscribedAsync(1);
        await PublishAsync("t", "1");
        Assert.Equal("1", (await _events.NextAsync().WaitAsync(Patience)).GetProperty("id").GetString());
        await _runtime.ReplaceDeclaredAsync([Declared("t", "/others"), Declared("u", "/events")]);
        await PublishAsync("t", "2");
        await PublishAsync("u", "3");
        Assert.Equal("2", (await _others.NextAsync()).GetProperty("id").GetString());
        Assert.Equal("3", (await _events.NextAsync()).GetProperty("id").GetString());
        await _runtime.ReplaceDeclaredAsync([]);
        Assert.Empty(_runtime.Subscriptions);
    }

    [Fact]
    public async Task A_component_that_is_loaded_anew_is_taken_from_by_all_that_took_from_the_old_one()
    {
        await _runtime.ReplaceDeclaredAsync([Declared("t", "/events")]);
        await SubscribedAsync(1);
        await using var stream = await OpenAsync("t");
        await _runtime.PauseAsync("pubsub");
        Load("nothing");
        await _runtime.ResumeAsync("pubsub");
        await PublishAsync("t", "1");
        Assert.Equal("1", (await _events.NextAsync()).GetProperty("id").GetString());
        Assert.Equal("1", (await NextAsync(stream)).Id);
        stream.Processed("1", new DeliveryResult(DeliveryOutcome.Success));
        Assert.Equal(2, _runtime.Subscriptions.Count);
    }

    private static Subscription Declared(string topic, string path) => new(
        SubscriptionKind.Declarative, "pubsub", topic, null, new Dictionary<string, string>(), [RouteRule.Parse(null, path)], null);

    private static async Task<StreamedEvent> NextAsync(StreamingSubscription stream)
    {
        using var limit = new CancellationTokenSource(Patience);
        return await stream.Events.ReadAsync(limit.Token);
    }

    private void Load(string forbiddenTopic)
    {
        var component = new Component("pubsub", "pubsub.in-memory", "v1", "here", new Dictionary<string, string>
        {
            ["protectedTopics"] = forbiddenTopic,
        });
        _pubSubs["pubsub"] = new NamedPubSub(
            "pubsub", new InMemoryBroker(new BrokerOptions { ParallelDeliveries = 1 }, TimeProvider.System),
            TopicScopes.Read(component, "me"));
    }

    // The app is asked for its own subscriptions first.
    private async Task SubscribedAsync(int count)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (_runtime.Subscriptions.Count < count) await timer.WaitForNextTickAsync(limit.Token);
    }

    private Task<StreamingSubscription> OpenAsync(string topic, string? deadLetterTopic = null) =>
        _runtime.OpenStreamAsync("pubsub", topic, new Dictionary<string, string>(), deadLetterTopic, CancellationToken.None);

    private Task PublishAsync(string topic, string id)
    {
        var envelope = Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","data":"{{id}}"}""");
        return _pubSubs["pubsub"].Broker.PublishAsync([new BrokerMessage(topic, envelope, CloudEventEnvelope.MediaType, false, null)]);
    }
}
