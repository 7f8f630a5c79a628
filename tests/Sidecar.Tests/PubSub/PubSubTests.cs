using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using McpMesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;

namespace McpMesh.Sidecar.Tests.PubSub;

public sealed class PubSubTests : IDisposable
{
    private const string OneRoute = """[{"pubsubName":"pubsub","topic":"t","route":"events"}]""";
    private readonly TestFolder _folder = new();
    private readonly ReceivedEvents _events = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_event_crosses_processes_in_a_cloudevents_envelope()
    {
        await using var app = await TestApp.StartAsync(_events.HandleAsync, OneRoute);
        await using var subscriber = await SidecarUnderTest.StartAsync(_folder, "audit", app, environment: ("APP_API_TOKEN", "app-secret"));
        await using var publisher = await SidecarUnderTest.StartAsync(_folder, "gateway");
        Assert.Equal(HttpStatusCode.NoContent, await PublishAsync(publisher, "t", """{"n":1.0}"""));
        var envelope = await _events.NextAsync();
        Assert.Equal("1.0", envelope.GetProperty("specversion").GetString());
        Assert.Equal("gateway", envelope.GetProperty("source").GetString());
        Assert.Equal("com.dapr.event.sent", envelope.GetProperty("type").GetString());
        Assert.Equal("t", envelope.GetProperty("topic").GetString());
        Assert.Equal("pubsub", envelope.GetProperty("pubsubname").GetString());
        Assert.Equal("application/json", envelope.GetProperty("datacontenttype").GetString());
        Assert.Equal("""{"n":1.0}""", envelope.GetProperty("data").GetRawText());
        Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-01$", envelope.GetProperty("traceparent").GetString()!);
        var headers = _events.Headers.Single();
        Assert.Contains("Content-Type: application/cloudevents+json", headers, StringComparison.Ordinal);
        Assert.Contains("dapr-api-token: app-secret", headers, StringComparison.Ordinal);
        Assert.Contains($"traceparent: {envelope.GetProperty("traceparent").GetString()}", headers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_published_before_the_first_subscriber_started_are_delivered()
    {
        await using (var publisher = await SidecarUnderTest.StartAsync(_folder, "gateway")) await PublishAsync(publisher, "t", "\"early\"");
        await using var app = await TestApp.StartAsync(_events.HandleAsync, OneRoute);
        await using var subscriber = await SidecarUnderTest.StartAsync(_folder, "audit", app);
        Assert.Equal("early", (await _events.NextAsync()).GetProperty("data").GetString());
    }

    [Fact]
    public async Task Instances_of_one_app_compete_and_every_app_gets_its_own_copy()
    {
        var other = new ReceivedEvents();
        await using var app = await TestApp.StartAsync(_events.HandleAsync, OneRoute);
        await using var otherApp = await TestApp.StartAsync(other.HandleAsync, OneRoute);
        await using var first = await SidecarUnderTest.StartAsync(_folder, "audit", app);
        await using var second = await SidecarUnderTest.StartAsync(_folder, "audit", app);
        await using var third = await SidecarUnderTest.StartAsync(_folder, "billing", otherApp);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => PublishAsync(i % 2 == 0 ? first : third, "t", $"{i}")));
        for (var i = 0; i < 100; i++)
        {
            await _events.NextAsync();
            await other.NextAsync();
        }

        // A double would come with the lease's end at the latest; stopping waits for what is under way.
        Assert.Equal(0, await first.TerminateAsync());
        Assert.Equal(0, await second.TerminateAsync());
        Assert.Equal(Enumerable.Range(0, 100), DataOf(_events).Order());
        Assert.Equal(Enumerable.Range(0, 100), DataOf(other).Order());
    }

    [Fact]
    public async Task Every_acknowledged_event_survives_kill_9_of_publisher_and_subscriber()
    {
        await using var app = await TestApp.StartAsync(_events.HandleAsync, OneRoute);
        var sidecar = await SidecarUnderTest.StartAsync(_folder, "audit", app);
        var acknowledged = new List<int>();
        var publishers = Enumerable.Range(0, 300).Select(async i =>
        {
            try
            {
                if (await PublishAsync(sidecar, "t", $"{i}") == HttpStatusCode.NoContent)
                    lock (acknowledged) acknowledged.Add(i);
            }
            catch (HttpRequestException)
            {
                // Not acknowledged: the kill came first.
            }
        }).ToArray();
        await Task.WhenAny(publishers);
        await sidecar.KillAsync();
        await Task.WhenAll(publishers);
        await sidecar.DisposeAsync();
        Assert.NotEmpty(acknowledged);
        await using var again = await SidecarUnderTest.StartAsync(_folder, "audit", app);
        while (acknowledged.Except(DataOf(_events)).Any()) await _events.NextAsync();
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(200, """{"status":"RETRY"}""")]
    public async Task A_refused_event_comes_again_until_it_is_taken(int status, string body)
    {
        _events.Answer = (_, times) => times < 3 ? (status, body) : (200, """{"status":"SUCCESS"}""");
        await using var app = await TestApp.StartAsync(_events.HandleAsync, OneRoute);
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "audit", app);
        await PublishAsync(sidecar, "t", "1");
        for (var i = 0; i < 3; i++) Assert.Equal(1, (await _events.NextAsync()).GetProperty("data").GetInt32());
        Assert.Equal(3, _events.All.Count);
    }

    [Theory]
    [InlineData(404, "")]
    [InlineData(200, """{"status":"DROP"}""")]
    public async Task A_dropped_event_goes_to_the_dead_letter_topic_and_does_not_come_again(int status, string body)
    {
        _events.Answer = (received, _) => received.GetProperty("data").GetInt32() == 1 ? (status, body) : (200, "");
        var dead = new ReceivedEvents();
        await using var app = await TestApp.StartAsync(
            context => context.Request.Path == "/dead" ? dead.HandleAsync(context) : _events.HandleAsync(context),
            """
            [{"pubsubname":"pubsub","topic":"t","route":"/events","deadLetterTopic":"d"},
             {"pubsubname":"pubsub","topic":"d","route":"/dead"}]
            """);
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "audit", app);
        await PublishAsync(sidecar, "t", "1");
        Assert.Equal(1, (await dead.NextAsync()).GetProperty("data").GetInt32());
        await PublishAsync(sidecar, "t", "2");
        await _events.NextAsync();
        await _events.NextAsync();
        Assert.Equal([1, 2], DataOf(_events));
    }

    [Fact]
    public async Task Rules_route_by_event_type_and_the_default_takes_the_rest()
    {
        var special = new ReceivedEvents();
        await using var app = await TestApp.StartAsync(
            context => context.Request.Path == "/special" ? special.HandleAsync(context) : _events.HandleAsync(context),
            """
            [{"pubsubname":"pubsub","topic":"t",
              "routes":{"rules":[{"match":"event.type == \"urgent\"","path":"/special"}],"default":"/events"}}]
            """);
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "audit", app);
        await PublishAsync(sidecar, "t?metadata.cloudevent.type=urgent", "1");
        await PublishAsync(sidecar, "t", "2");
        Assert.Equal(1, (await special.NextAsync()).GetProperty("data").GetInt32());
        Assert.Equal(2, (await _events.NextAsync()).GetProperty("data").GetInt32());
    }

    [Fact]
    public async Task Bulk_delivery_settles_each_entry_by_its_own_status()
    {
        var arrivals = new ReceivedEvents();
        var retried = false;
        await using var app = await TestApp.StartAsync(
            async context =>
            {
                var bulk = (await JsonDocument.ParseAsync(context.Request.Body)).RootElement;
                var statuses = new List<object>();
                foreach (var entry in bulk.GetProperty("entries").EnumerateArray())
                {
                    var number = entry.GetProperty("event").GetProperty("data").GetInt32();
                    arrivals.All.Enqueue(entry.GetProperty("event"));
                    var retry = number == 2 && !retried;
                    retried |= retry;
                    statuses.Add(new { entryId = entry.GetProperty("entryId").GetString(), status = retry ? "RETRY" : "SUCCESS" });
                }

                await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(new { statuses }));
            },
            """[{"pubsubName":"pubsub","topic":"t","route":"b","bulkSubscribe":{"enabled":true,"maxMessagesCount":3}}]""");
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "audit", app);
        using var published = await sidecar.Http.PostAsJsonAsync("/v1.0/publish/bulk/pubsub/t", Enumerable.Range(1, 4)
            .Select(i => new { entryId = $"e{i}", @event = i, contentType = "application/json" }));
        Assert.Equal(HttpStatusCode.NoContent, published.StatusCode);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (arrivals.All.Count < 5) await timer.WaitForNextTickAsync(limit.Token);
        Assert.Equal([1, 2, 2, 3, 4], DataOf(arrivals).Order());
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_delivery_that_the_app_breaks_off_comes_again_well_before_a_lease_ends(bool bulk, bool inTheMiddleOfTheAnswer)
    {
        var arrivals = Channel.CreateUnbounded<long>();
        var broken = 0;
        await using var app = await TestApp.StartAsync(
            async context =>
            {
                await context.Request.Body.CopyToAsync(Stream.Null);
                await arrivals.Writer.WriteAsync(Environment.TickCount64);
                if (Interlocked.Increment(ref broken) > 2) return;
                if (inTheMiddleOfTheAnswer)
                {
                    context.Response.ContentLength = 100;
                    await context.Response.WriteAsync("{");
                    await context.Response.Body.FlushAsync();
                }

                context.Abort();
            },
            bulk ? """[{"pubsubName":"pubsub","topic":"t","route":"b","bulkSubscribe":{"enabled":true}}]""" : OneRoute);
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "audit", app);
        await PublishAsync(sidecar, "t", "1");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var first = await arrivals.Reader.ReadAsync(limit.Token);
        await arrivals.Reader.ReadAsync(limit.Token);
        Assert.InRange(await arrivals.Reader.ReadAsync(limit.Token) - first, 0, 4000);
    }

    [Fact]
    public async Task An_app_that_dies_over_the_question_for_its_subscriptions_is_asked_again()
    {
        var asked = 0;
        await using var app = await TestApp.StartAsync(
            _events.HandleAsync, OneRoute, beforeSubscriptions: context =>
            {
                if (Interlocked.Increment(ref asked) == 1) context.Abort();
            });
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "audit", app);
        await PublishAsync(sidecar, "t", "7");
        Assert.Equal(7, (await _events.NextAsync()).GetProperty("data").GetInt32());
    }

    [Fact]
    public async Task An_app_that_starts_late_or_restarts_gets_its_events()
    {
        var app = await TestApp.StartAsync(_events.HandleAsync, OneRoute);
        var port = app.Port;
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "audit", app);
        await app.DisposeAsync();
        await PublishAsync(sidecar, "t", "7");
        await using var again = await TestApp.StartAsync(_events.HandleAsync, OneRoute, port);
        Assert.Equal(7, (await _events.NextAsync()).GetProperty("data").GetInt32());
    }

    [Theory]
    [InlineData("application/octet-stream", "data_base64", "\"aGVsbG8=\"")]
    [InlineData("text/plain", "data", "\"hello\"")]
    public async Task Other_content_types_are_embedded_as_text_or_base64(string contentType, string field, string expected)
    {
        await using var app = await TestApp.StartAsync(_events.HandleAsync, OneRoute);
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "audit", app);
        await PublishAsync(sidecar, "t", "hello", contentType);
        Assert.Equal(expected, (await _events.NextAsync()).GetProperty(field).GetRawText());
    }

    [Fact]
    public async Task A_cloudevent_passes_through_with_topic_and_pubsub_set()
    {
        await using var app = await TestApp.StartAsync(_events.HandleAsync, OneRoute);
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "audit", app);
        await PublishAsync(
            sidecar, "t", """{"specversion":"1.0","id":"own","type":"x","source":"s","topic":"wrong","data":5}""",
            "application/cloudevents+json");
        var envelope = await _events.NextAsync();
        Assert.Equal("own", envelope.GetProperty("id").GetString());
        Assert.Equal("t", envelope.GetProperty("topic").GetString());
        Assert.Equal("s", envelope.GetProperty("source").GetString());
        Assert.True(envelope.TryGetProperty("time", out _));
    }

    [Theory]
    [InlineData("/v1.0/publish/nope/t", "1", 404, "ERR_PUBSUB_NOT_FOUND")]
    [InlineData("/v1.0/publish/", "1", 404, "ERR_PUBSUB_EMPTY")]
    [InlineData("/v1.0/publish/pubsub/secret", "1", 403, "ERR_PUBSUB_FORBIDDEN")]
    [InlineData("/v1.0/publish/pubsub/t?metadata.rawPayload=maybe", "1", 400, "ERR_PUBSUB_REQUEST_METADATA")]
    [InlineData("/v1.0/publish/bulk/pubsub/t", """[{"entryId":"a","event":1},{"entryId":"a","event":2}]""", 400, "ERR_PUBSUB_EVENTS_SER")]
    [InlineData("/v1.0/publish/bulk/pubsub/t", "{", 400, "ERR_PUBSUB_EVENTS_SER")]
    public async Task Bad_input_is_one_error_of_the_right_code(string path, string body, int status, string code)
    {
        _folder.WriteComponent(
            "pubsub", "pubsub.sqlite", ("connectionString", $"data source={_folder.File("pubsub.db")}"), ("publishingScopes", "gateway=t"));
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "gateway");
        using var answer = await sidecar.Http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(code, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errorCode").GetString());
    }

    private static IEnumerable<int> DataOf(ReceivedEvents events) => events.All.Select(one => one.GetProperty("data").GetInt32());

    private static async Task<HttpStatusCode> PublishAsync(
        SidecarUnderTest sidecar, string topic, string data, string contentType = "application/json")
    {
        using var content = new StringContent(data);
        content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        using var answer = await sidecar.Http.PostAsync($"/v1.0/publish/pubsub/{topic}", content);
        return answer.StatusCode;
    }
}
