using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using McpMesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;

namespace McpMesh.Sidecar.Tests.PubSub;

/// <summary>What a message meets on its way from the broker to the app; each rule for a broker on disk and the one in memory.</summary>
public sealed class DeliveryTests : IDisposable
{
    private const string OneRoute = """[{"pubsubname":"pubsub","topic":"t","route":"/events"}]""";

    private const string Resiliency = """
        apiVersion: dapr.io/v1alpha1
        kind: Resiliency
        metadata: { name: deliveries }
        spec:
          policies:
            retries: { twice: { policy: constant, duration: 10ms, maxRetries: 2 } }
            timeouts: { short: 300ms }
          targets:
            components:
              pubsub: { inbound: { retry: twice, timeout: short } }
        """;

    private readonly TestFolder _folder = new();
    private readonly ReceivedEvents _events = new();
    private readonly ReceivedEvents _dead = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("pubsub.sqlite", 200, "")]
    [InlineData("pubsub.in-memory", 200, "")]
    [InlineData("pubsub.sqlite", 202, "{}")]
    [InlineData("pubsub.sqlite", 200, """{"status":"SUCCESS"}""")]
    [InlineData("pubsub.sqlite", 200, """{"status":""}""")]
    [InlineData("pubsub.sqlite", 200, """{"Status":"SUCCESS","more":[1]}""")]
    [InlineData("pubsub.sqlite", 200, """{"status":5}""")]
    [InlineData("pubsub.sqlite", 200, "<html>not json</html>")]
    [InlineData("pubsub.sqlite", 200, "\"RETRY\"")]
    public async Task A_2xx_that_says_nothing_else_settles(string type, int status, string body)
    {
        _events.Answer = (_, _) => (status, body);
        await using var app = await AppAsync();
        await using var sidecar = await StartAsync(type, app);
        await PublishAsync(sidecar, "t", "1");
        await PublishAsync(sidecar, "t", "2");
        await _events.NextAsync();
        await _events.NextAsync();
        Assert.Equal(0, await sidecar.TerminateAsync()); // waits for what is under way
        Assert.Equal([1, 2], NumbersOf(_events).Order());
        Assert.Empty(_dead.All);
    }

    [Theory]
    [InlineData("pubsub.sqlite", 500, "")]
    [InlineData("pubsub.in-memory", 500, "")]
    [InlineData("pubsub.sqlite", 302, "")]
    [InlineData("pubsub.sqlite", 200, """{"status":"RETRY"}""")]
    [InlineData("pubsub.in-memory", 200, """{"status":"RETRY"}""")]
    [InlineData("pubsub.sqlite", 200, """{"status":"retry"}""")]
    [InlineData("pubsub.sqlite", 200, """{"status":"unheard of"}""")]
    public async Task A_failure_goes_to_the_dead_letter_topic_at_once_without_a_policy(string type, int status, string body)
    {
        _events.Answer = (_, _) => (status, body);
        await using var app = await AppAsync();
        await using var sidecar = await StartAsync(type, app);
        await PublishAsync(sidecar, "t", "1");
        Assert.Equal(1, (await _dead.NextAsync()).GetProperty("data").GetInt32());
        Assert.Single(_events.All);
    }

    [Theory]
    [InlineData("pubsub.sqlite")]
    [InlineData("pubsub.in-memory")]
    public async Task An_inbound_policy_retries_before_the_dead_letter_topic(string type)
    {
        _folder.WriteResource("resiliency", Resiliency);
        _events.Answer = (received, times) => times == 3 && received.GetProperty("data").GetInt32() == 2 ? (200, "") : (500, "");
        await using var app = await AppAsync();
        await using var sidecar = await StartAsync(type, app);
        await PublishAsync(sidecar, "t", "1");
        await PublishAsync(sidecar, "t", "2");
        Assert.Equal(1, (await _dead.NextAsync()).GetProperty("data").GetInt32());
        for (var i = 0; i < 6; i++) await _events.NextAsync();
        Assert.Equal(0, await sidecar.TerminateAsync());
        Assert.Equal([1, 1, 1, 2, 2, 2], NumbersOf(_events).Order());
        Assert.Single(_dead.All);
    }

    [Fact]
    public async Task An_app_that_never_answers_is_cut_off_by_the_policys_timeout()
    {
        _folder.WriteResource("resiliency", Resiliency);
        await using var app = await AppAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var sidecar = await StartAsync("pubsub.sqlite", app);
        await PublishAsync(sidecar, "t", "1");
        Assert.Equal(1, (await _dead.NextAsync()).GetProperty("data").GetInt32());
        Assert.Contains("context deadline exceeded", sidecar.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pubsub.sqlite")]
    [InlineData("pubsub.in-memory")]
    public async Task An_app_that_never_answers_does_not_keep_the_sidecar_from_stopping(string type)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await AppAsync(async context =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using (var sidecar = await StartAsync(type, app, "--dapr-graceful-shutdown-seconds", "1"))
        {
            await PublishAsync(sidecar, "t", "1");
            await asked.Task.WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal(0, await sidecar.TerminateAsync());
        }

        Assert.Empty(_dead.All);
        if (type == "pubsub.in-memory") return;
        // What was not settled comes again, to a sidecar whose app answers.
        await using var again = await TestApp.StartAsync(_events.HandleAsync, OneRoute);
        await using var next = await StartAsync(type, again);
        Assert.Equal(1, (await _events.NextAsync()).GetProperty("data").GetInt32());
    }

    [Theory]
    [InlineData("pubsub.sqlite")]
    [InlineData("pubsub.in-memory")]
    public async Task Without_dead_letters_a_failure_comes_again_and_a_drop_does_not(string type)
    {
        _events.Answer = (received, times) => received.GetProperty("data").GetInt32() == 1
            ? (200, """{"status":"DROP"}""")
            : times < 4 ? (500, "") : (200, "");
        await using var app = await TestApp.StartAsync(_events.HandleAsync, OneRoute);
        await using var sidecar = await StartAsync(type, app);
        await PublishAsync(sidecar, "t", "1");
        await PublishAsync(sidecar, "t", "2");
        for (var i = 0; i < 5; i++) await _events.NextAsync();
        Assert.Equal(0, await sidecar.TerminateAsync());
        Assert.Equal([1, 2, 2, 2, 2], NumbersOf(_events).Order());
        Assert.Contains("of t is dropped: the app answered DROP", sidecar.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_that_no_rule_takes_and_those_that_a_rule_does_not_fit_are_dead_letters()
    {
        await using var app = await TestApp.StartAsync(RouteAsync, """
            [{"pubsubname":"pubsub","topic":"t","deadLetterTopic":"dead",
              "routes":{"rules":[{"match":"event.data.kind == 'known'","path":"/events"}]}},
             {"pubsubname":"pubsub","topic":"dead","route":"/dead"}]
            """);
        await using var sidecar = await StartAsync("pubsub.sqlite", app);
        await PublishAsync(sidecar, "t", """{"kind":"known"}""");
        Assert.Equal("known", (await _events.NextAsync()).GetProperty("data").GetProperty("kind").GetString());
        await PublishAsync(sidecar, "t", """{"kind":"other"}""");
        Assert.Equal("other", (await _dead.NextAsync()).GetProperty("data").GetProperty("kind").GetString());
        await PublishAsync(sidecar, "t", """{"n":1}""");
        Assert.Equal(1, (await _dead.NextAsync()).GetProperty("data").GetProperty("n").GetInt32());
        Assert.Contains("no route can be found for it: no such key: kind", sidecar.Log, StringComparison.Ordinal);
        Assert.Single(_events.All);
    }

    [Fact]
    public async Task No_more_deliveries_and_calls_are_with_the_app_than_app_max_concurrency_allows()
    {
        var (inside, most) = (0, 0);
        await using var app = await AppAsync(async context =>
        {
            var now = Interlocked.Increment(ref inside);
            InterlockedMax(ref most, now);
            await Task.Yield();
            if (context.Request.Path == "/events") await _events.HandleAsync(context);
            Interlocked.Decrement(ref inside);
        });
        await using var sidecar = await StartAsync("pubsub.sqlite", app, "--app-max-concurrency", "1");
        var calls = Enumerable.Range(0, 40).Select(async i =>
        {
            if (i % 2 == 0) await PublishAsync(sidecar, "t", $"{i}");
            else Assert.Equal(HttpStatusCode.OK, (await sidecar.Http.GetAsync("/v1.0/invoke/audit/method/call")).StatusCode);
        });
        await Task.WhenAll(calls);
        for (var i = 0; i < 20; i++) await _events.NextAsync();
        Assert.Equal(1, most);

        static void InterlockedMax(ref int most, int now)
        {
            for (var seen = Volatile.Read(ref most); seen < now;)
            {
                var before = Interlocked.CompareExchange(ref most, now, seen);
                if (before == seen) return;
                seen = before;
            }
        }
    }

    [Fact]
    public async Task A_subscription_file_is_served_and_the_apps_own_wins_for_the_same_topic()
    {
        _folder.WriteResource("subscriptions", """
            apiVersion: dapr.io/v2alpha1
            kind: Subscription
            metadata: { name: one }
            spec: { pubsubname: pubsub, topic: filed, routes: { default: /events }, metadata: { x: y } }
            ---
            apiVersion: dapr.io/v1alpha1
            kind: Subscription
            metadata: { name: two }
            spec: { pubsubname: pubsub, topic: t, route: /nowhere }
            ---
            apiVersion: dapr.io/v2alpha1
            kind: Subscription
            metadata: { name: three }
            spec: { pubsubname: pubsub, topic: foreign, routes: { default: /nowhere } }
            scopes: [somebody]
            """);
        await using var app = await AppAsync();
        await using var sidecar = await StartAsync("pubsub.sqlite", app);
        await PublishAsync(sidecar, "filed", "1");
        await PublishAsync(sidecar, "t", "2");
        await _events.NextAsync();
        await _events.NextAsync();
        Assert.Equal([1, 2], NumbersOf(_events).Order());
        var metadata = await sidecar.Http.GetFromJsonAsync<JsonElement>("/v1.0/metadata");
        Assert.Equal(
            ["""{"pubsubname":"pubsub","topic":"dead","rules":[{"path":"/dead"}],"type":"PROGRAMMATIC"}""",
             """{"pubsubname":"pubsub","topic":"filed","metadata":{"x":"y"},"rules":[{"path":"/events"}],"type":"DECLARATIVE"}""",
             """{"pubsubname":"pubsub","topic":"t","rules":[{"path":"/events"}],"deadLetterTopic":"dead","type":"PROGRAMMATIC"}"""],
            metadata.GetProperty("subscriptions").EnumerateArray().Select(one => one.GetRawText()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_mistake_in_a_subscription_file_stops_the_start_with_its_place()
    {
        _folder.WriteResource("wrong", """
            apiVersion: dapr.io/v2alpha1
            kind: Subscription
            metadata: { name: one }
            spec:
              pubsubname: pubsub
              topic: t
              routes: { rules: [{ match: "event.n + 1 == 2", path: /x }] }
            """);
        var (exitCode, output) = await SidecarUnderTest.RunToEndAsync(
            _folder, "--app-id", "a", "--dapr-http-port", "0", "--resources-path", _folder.Components);
        Assert.Equal(1, exitCode);
        Assert.Contains(
            "wrong.yaml:7: spec.routes.rules: match 'event.n + 1 == 2': column 9: '+': arithmetic is not served in a match", output,
            StringComparison.Ordinal);
    }

    private static IEnumerable<int> NumbersOf(ReceivedEvents events) => events.All.Select(one => one.GetProperty("data").GetInt32());

    private Task RouteAsync(HttpContext context) =>
        context.Request.Path == "/dead" ? _dead.HandleAsync(context) : _events.HandleAsync(context);

    private Task<TestApp> AppAsync(RequestDelegate? handler = null) => TestApp.StartAsync(
        handler is null ? RouteAsync : context => context.Request.Path == "/dead" ? _dead.HandleAsync(context) : handler(context),
        """
        [{"pubsubname":"pubsub","topic":"t","route":"/events","deadLetterTopic":"dead"},
         {"pubsubname":"pubsub","topic":"dead","route":"/dead"}]
        """);

    private async Task<SidecarUnderTest> StartAsync(string type, TestApp app, params string[] more)
    {
        _folder.WriteComponent("pubsub", type, ("connectionString", $"data source={_folder.File("pubsub.db")}"));
        var sidecar = await SidecarUnderTest.StartAsync(_folder, "audit", app, more);
        await sidecar.WaitForSubscriptionsAsync("t"); // in memory, nobody gets what came before he did
        if (app.Subscriptions != OneRoute) await sidecar.WaitForSubscriptionsAsync("dead");
        return sidecar;
    }

    private static async Task PublishAsync(SidecarUnderTest sidecar, string topic, string data)
    {
        using var content = new StringContent(data);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var answer = await sidecar.Http.PostAsync($"/v1.0/publish/pubsub/{topic}", content);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }
}
