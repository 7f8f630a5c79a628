using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using McpMesh.Sidecar.Tests.Harness;

namespace McpMesh.Sidecar.Tests.PubSub;

/// <summary>What becomes of a publication: envelopes, refusals, bulks, times to live. Codes, texts and details are daprd's.</summary>
public sealed class PublishRulesTests : IDisposable
{
    private const string Subscriptions = """
        [{"pubsubname":"pubsub","topic":"t","route":"/events","deadLetterTopic":"dead"},
         {"pubsubname":"pubsub","topic":"dead","route":"/dead","metadata":{"rawPayload":"true"}},
         {"pubsubname":"pubsub","topic":"raw","route":"/raw","metadata":{"rawPayload":"true"}}]
        """;

    private readonly TestFolder _folder = new();
    private readonly ReceivedEvents _events = new();
    private readonly ReceivedEvents _dead = new();
    private readonly ReceivedEvents _raw = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("application/json", """{"n":1.0}""", "data", """{"n":1.0}""")]
    [InlineData("application/json; charset=utf-8", "[1]", "data", "[1]")]
    [InlineData("application/json", "not json", "data", "\"not json\"")]
    [InlineData("application/vnd.x+json", """{"n":1}""", "data", "\"{\\u0022n\\u0022:1}\"")]
    [InlineData("text/plain", "5", "data", "\"5\"")]
    [InlineData("application/octet-stream", "hi", "data_base64", "\"aGk=\"")]
    public async Task Data_is_embedded_by_its_content_type(string contentType, string data, string field, string expected)
    {
        await using var app = await AppAsync();
        await using var sidecar = await StartAsync(app);
        await PublishAsync(sidecar, "t", data, contentType);
        var envelope = await _events.NextAsync();
        Assert.Equal(expected, envelope.GetProperty(field).GetRawText());
        Assert.Equal(contentType, envelope.GetProperty("datacontenttype").GetString());
    }

    [Fact]
    public async Task Every_attribute_can_be_overridden_in_any_case_and_traceparent_beats_traceid()
    {
        await using var app = await AppAsync();
        await using var sidecar = await StartAsync(app);
        await PublishAsync(
            sidecar,
            "t?metadata.cloudevent.id=i&metadata.CloudEvent.Source=s&metadata.cloudevent.type=y&metadata.cloudevent.subject=u"
                + "&metadata.cloudevent.traceid=one&metadata.cloudevent.traceparent=two&metadata.cloudevent.tracestate=three"
                + "&metadata.cloudevent.topic=no",
            "1");
        var envelope = await _events.NextAsync();
        string Of(string name) => envelope.GetProperty(name).GetString()!;
        Assert.Equal(
            ("i", "s", "y", "u", "two", "two", "three", "t"),
            (Of("id"), Of("source"), Of("type"), Of("subject"), Of("traceid"), Of("traceparent"), Of("tracestate"), Of("topic")));
    }

    [Fact]
    public async Task A_cloudevent_passes_through_completed_and_no_override_touches_it()
    {
        await using var app = await AppAsync();
        await using var sidecar = await StartAsync(app);
        await PublishAsync(
            sidecar, "t?metadata.cloudevent.type=other",
            """{"id":"own","type":"mine","source":null,"traceparent":"lost","topic":"no","data":5}""", "application/cloudevents+json");
        var envelope = await _events.NextAsync();
        Assert.Equal(
            ("own", "mine", "Dapr", "1.0", "t", "pubsub"),
            (envelope.GetProperty("id").GetString()!, envelope.GetProperty("type").GetString()!,
                envelope.GetProperty("source").GetString()!, envelope.GetProperty("specversion").GetString()!, envelope.GetProperty("topic").GetString()!,
                envelope.GetProperty("pubsubname").GetString()!));
        Assert.Matches("^00-", envelope.GetProperty("traceparent").GetString()!);
        Assert.Equal(envelope.GetProperty("traceid").GetString(), envelope.GetProperty("traceparent").GetString());
    }

    [Theory]
    [InlineData("pubsub.sqlite")]
    [InlineData("pubsub.in-memory")]
    public async Task Raw_bytes_cross_and_the_subscriber_wraps_them(string type)
    {
        await using var app = await AppAsync();
        await using var sidecar = await StartAsync(app, type);
        await PublishAsync(sidecar, "raw?metadata.rawPayload=true", "hello", "text/plain");
        var envelope = await _raw.NextAsync();
        Assert.Equal("aGVsbG8=", envelope.GetProperty("data_base64").GetString());
        Assert.Equal(
            ("Dapr", "com.dapr.event.sent", "application/octet-stream"),
            (envelope.GetProperty("source").GetString()!, envelope.GetProperty("type").GetString()!,
                envelope.GetProperty("datacontenttype").GetString()!));
        await PublishAsync(sidecar, "raw", "hello", "text/plain"); // in an envelope, which is bytes to this subscriber
        var inner = JsonDocument.Parse((await _raw.NextAsync()).GetProperty("data_base64").GetBytesFromBase64()).RootElement;
        Assert.Equal("hello", inner.GetProperty("data").GetString());
    }

    [Fact]
    public async Task A_raw_object_is_an_event_to_an_ordinary_subscriber_and_other_raw_bytes_are_a_dead_letter()
    {
        await using var app = await AppAsync();
        await using var sidecar = await StartAsync(app);
        await PublishAsync(sidecar, "t?metadata.rawPayload=1", """{"id":"x","n":1}""", "application/json");
        Assert.Equal("""{"id":"x","n":1}""", (await _events.NextAsync()).GetRawText());
        await PublishAsync(sidecar, "t?metadata.rawPayload=True", "bytes", "text/plain");
        Assert.Equal("Ynl0ZXM=", (await _dead.NextAsync()).GetProperty("data_base64").GetString());
        Assert.Contains("it is not a CloudEvent (a publisher's raw bytes need rawPayload)", sidecar.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_of_a_publication_arrives_as_headers_except_what_is_not_a_publishers_to_say()
    {
        await using var app = await AppAsync();
        await using var sidecar = await StartAsync(app);
        await PublishAsync(
            sidecar,
            "t?metadata.region=eu&metadata.dapr-api-token=forged&metadata.Dapr-Caller-App-Id=forged&metadata.content-type=x/y"
                + "&metadata.host=elsewhere&metadata.bad%20name=1&metadata.umlaut=%C3%BC&metadata.lines=a%0D%0Ab",
            "1");
        await _events.NextAsync();
        var headers = _events.Headers.Single();
        Assert.Contains("region: eu\n", headers, StringComparison.Ordinal);
        Assert.Contains("pubsubName: pubsub\n", headers, StringComparison.OrdinalIgnoreCase);
        foreach (var word in new[] { "forged", "x/y", "elsewhere", "bad name", "umlaut", "lines" })
            Assert.DoesNotContain(word, headers, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pubsub.sqlite", "metadata.ttlInSeconds=1")]
    [InlineData("pubsub.sqlite", "metadata.ttl=1s")]
    [InlineData("pubsub.in-memory", "metadata.ttlInSeconds=1")]
    public async Task An_event_whose_time_to_live_is_over_is_a_dead_letter(string type, string ttl)
    {
        var busy = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _events.Answer = (received, times) => received.GetProperty("data").GetInt32() == 1 ? (200, "") : (500, "");
        await using var app = await TestApp.StartAsync(
            async context =>
            {
                // The first event holds the one delivery that runs at a time until the second is too old.
                var received = context.Request.Path == "/dead" ? _dead : _events;
                if (received == _events) await busy.Task.WaitAsync(TimeSpan.FromSeconds(60));
                await received.HandleAsync(context);
            },
            Subscriptions);
        await using var sidecar = await StartAsync(app, type, ("concurrencyMode", "single"));
        await PublishAsync(sidecar, "t", "1");
        await PublishAsync(sidecar, $"t?{ttl}", "2");
        await Task.Delay(TimeSpan.FromSeconds(2)); // a time to live can only pass
        busy.SetResult();
        var letter = JsonDocument.Parse((await _dead.NextAsync()).GetProperty("data_base64").GetBytesFromBase64()).RootElement;
        Assert.Equal(2, letter.GetProperty("data").GetInt32());
        Assert.Equal(type == "pubsub.in-memory", letter.TryGetProperty("expiration", out _));
        Assert.Single(_events.All);
    }

    [Fact]
    public async Task A_bulk_is_published_with_its_content_types_and_metadata_also_under_the_alpha_path()
    {
        await using var app = await AppAsync();
        await using var sidecar = await StartAsync(app);
        using var answer = await sidecar.Http.PostAsync("/v1.0-alpha1/publish/bulk/pubsub/t?metadata.x=request", Json("""
            [{"entryId":"1","event":{"n":1},"contentType":"application/json"},
             {"entryId":"2","event":"text","contentType":"text/plain","metadata":{"cloudevent.type":"own","x":"entry"}},
             {"entryID":"3","event":"aGk=","contentType":"application/octet-stream"}]
            """));
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        var received = new List<JsonElement>();
        for (var i = 0; i < 3; i++) received.Add(await _events.NextAsync());
        Assert.Contains(received, one => one.TryGetProperty("data", out var data) && data.GetRawText() == """{"n":1}""");
        Assert.Contains(received, one => one.GetProperty("type").GetString() == "own" && one.GetProperty("data").GetString() == "text");
        Assert.Contains(received, one => one.TryGetProperty("data_base64", out var data) && data.GetString() == "aGk=");
        Assert.Equal(2, _events.Headers.Count(headers => headers.Contains("x: request\n", StringComparison.Ordinal)));
        Assert.Single(_events.Headers, headers => headers.Contains("x: entry\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_entry_above_maxBulkPubBytes_fails_alone()
    {
        await using var app = await AppAsync();
        await using var sidecar = await StartAsync(app);
        var large = new string('x', 2000);
        using var answer = await sidecar.Http.PostAsync("/v1.0/publish/bulk/pubsub/t?metadata.maxBulkPubBytes=1500", Json($$"""
            [{"entryId":"1","event":1,"contentType":"application/json"},
             {"entryId":"2","event":"{{large}}","contentType":"text/plain"},
             {"entryId":"3","event":3,"contentType":"application/json"}]
            """));
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("ERR_PUBSUB_PUBLISH_MESSAGE", body.GetProperty("errorCode").GetString());
        var failed = body.GetProperty("failedEntries").EnumerateArray().Single();
        Assert.Equal("2", failed.GetProperty("entryId").GetString());
        Assert.EndsWith("is larger than maxBulkPubBytes 1500", failed.GetProperty("error").GetString(), StringComparison.Ordinal);
        var accepted = new[] { await _events.NextAsync(), await _events.NextAsync() };
        Assert.Equal([1, 3], accepted.Select(one => one.GetProperty("data").GetInt32()).Order());
    }

    [Fact]
    public async Task A_broker_that_takes_no_more_fails_every_entry_of_a_bulk()
    {
        var busy = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await TestApp.StartAsync(_ => busy.Task, Subscriptions);
        await using var sidecar = await StartAsync(app, "pubsub.in-memory");
        var large = new string('x', 3 << 20);
        HttpStatusCode status;
        var body = "";
        do
        {
            using var answer = await sidecar.Http.PostAsync("/v1.0/publish/bulk/pubsub/t", Json($$"""
                [{"entryId":"1","event":"{{large}}","contentType":"text/plain"},{"entryId":"2","event":"y","contentType":"text/plain"}]
                """));
            status = answer.StatusCode;
            body = await answer.Content.ReadAsStringAsync();
        }
        while (status == HttpStatusCode.NoContent);
        const string reason = "pubsub.in-memory holds at most 67108864 bytes of undelivered messages";
        const string entries = $$"""[{"entryId":"1","error":"{{reason}}"},{"entryId":"2","error":"{{reason}}"}]""";
        Assert.Equal($$"""{"failedEntries":{{entries}},"errorCode":"ERR_PUBSUB_PUBLISH_MESSAGE"}""", body);
        busy.SetResult();
    }

    [Theory]
    [InlineData("/v1.0/publish/nope/t?metadata.a=b", "1", 404, "ERR_PUBSUB_NOT_FOUND", "pubsub nope is not found",
        "DAPR_PUBSUB_NOT_FOUND", """{"a":"b"}""", false)]
    [InlineData("/v1.0/publish/pubsub", "1", 404, "ERR_TOPIC_NAME_EMPTY", "topic is empty in pubsub pubsub",
        "DAPR_PUBSUB_TOPIC_NAME_EMPTY", "{}", true)]
    [InlineData("/v1.0/publish/pubsub/secret", "1", 403, "ERR_PUBSUB_FORBIDDEN", "topic secret is not allowed for app id audit",
        "DAPR_PUBSUB_FORBIDDEN", """{"topic":"secret","error":"topic secret is not allowed for app id audit"}""", true)]
    [InlineData("/v1.0/publish/pubsub/t?metadata.rawPayload=maybe", "1", 400, "ERR_PUBSUB_REQUEST_METADATA",
        "failed deserializing metadata. Error: rawPayload value must be a valid boolean: actual is 'maybe'",
        "DAPR_PUBSUB_METADATA_DESERIALIZATION", """{"rawPayload":"maybe"}""", true)]
    [InlineData("/v1.0/publish/pubsub/t?metadata.ttlInSeconds=0", "1", 400, "ERR_PUBSUB_REQUEST_METADATA",
        "failed deserializing metadata. Error: ttl value must be higher than zero: actual is '0'",
        "DAPR_PUBSUB_METADATA_DESERIALIZATION", """{"ttlInSeconds":"0"}""", true)]
    [InlineData("/v1.0/publish/bulk/pubsub/t",
        """[{"entryId":"a","event":1,"contentType":"application/json"},{"entryId":"a","event":2,"contentType":"application/json"}]""",
        400, "ERR_PUBSUB_EVENTS_SER",
        "error marshaling events to bytes for topic t pubsub pubsub. error: entryId is duplicated or not present for entry",
        "DAPR_PUBSUB_MARSHAL_EVENTS", """{"appID":"audit","error":"entryId is duplicated or not present for entry"}""", true)]
    [InlineData("/v1.0/publish/bulk/pubsub/t", """[{"entryId":"a","event":1,"contentType":"text/plain"}]""", 400, "ERR_PUBSUB_EVENTS_SER",
        "error when marshalling cloud event envelope for topic t pubsub pubsub: error: mismatch between contentType and event",
        "DAPR_PUBSUB_MARSHAL_ENVELOPE", """{"appID":"audit","error":"error: mismatch between contentType and event"}""", true)]
    [InlineData("/v1.0/publish/bulk/pubsub/t", "{}", 400, "ERR_PUBSUB_EVENTS_SER",
        "error when unmarshaling the request for topic t pubsub pubsub: an array is expected",
        "DAPR_PUBSUB_UNMARSHAL_EVENTS", """{"appID":"audit"}""", true)]
    public async Task A_refusal_has_the_code_the_text_and_the_details(
        string path, string body, int status, string code, string message, string reason, string metadata, bool namesResource)
    {
        await using var app = await AppAsync();
        await using var sidecar = await StartAsync(app, more: ("publishingScopes", "audit=t,dead,raw"));
        using var answer = await sidecar.Http.PostAsync(path, Json(body));
        var error = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(
            (status, code, message),
            ((int)answer.StatusCode, error.GetProperty("errorCode").GetString()!, error.GetProperty("message").GetString()!));
        var details = error.GetProperty("details").EnumerateArray().ToArray();
        var info = details[^1];
        Assert.Equal("type.googleapis.com/google.rpc.ErrorInfo", info.GetProperty("@type").GetString());
        Assert.Equal(reason, info.GetProperty("reason").GetString());
        Assert.Equal(metadata, JsonSerializer.Serialize(info.GetProperty("metadata")).Replace("\\u0027", "'", StringComparison.Ordinal));
        Assert.Equal(namesResource ? 2 : 1, details.Length);
        if (!namesResource) return;
        Assert.Equal(
            ("pubsub", "pubsub", message),
            (details[0].GetProperty("resource_type").GetString()!, details[0].GetProperty("resource_name").GetString()!,
                details[0].GetProperty("description").GetString()!));
    }

    [Fact]
    public async Task A_cloudevent_that_is_none_is_refused()
    {
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "audit");
        using var answer = await sidecar.Http.PostAsync("/v1.0/publish/pubsub/t", Json("[1]", "application/cloudevents+json"));
        var error = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(
            (500, "ERR_PUBSUB_CLOUD_EVENTS_SER", "cannot create cloudevent"),
            ((int)answer.StatusCode, error.GetProperty("errorCode").GetString()!, error.GetProperty("message").GetString()!));
    }

    [Theory]
    [InlineData("allowedTopics", "a, b", "a", true)]
    [InlineData("allowedTopics", "a, b", "c", false)]
    [InlineData("publishingScopes", "audit=a;other=b", "a", true)]
    [InlineData("publishingScopes", "audit=a;other=b", "b", false)]
    [InlineData("publishingScopes", "audit=", "a", false)]
    [InlineData("publishingScopes", "other=b", "a", true)]
    [InlineData("protectedTopics", "a", "a", false)]
    [InlineData("protectedTopics", "a", "b", true)]
    public async Task Topics_are_scoped_by_component_and_app(string field, string value, string topic, bool allowed)
    {
        _folder.WriteComponent(
            "pubsub", "pubsub.sqlite", ("connectionString", $"data source={_folder.File("pubsub.db")}"), (field, value));
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "audit");
        using var answer = await sidecar.Http.PostAsync($"/v1.0/publish/pubsub/{topic}", Json("1"));
        Assert.Equal(allowed ? HttpStatusCode.NoContent : HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task A_subscription_that_the_scopes_forbid_is_not_served_and_the_log_says_so()
    {
        await using var app = await TestApp.StartAsync(_events.HandleAsync, """
            [{"pubsubname":"pubsub","topic":"t","route":"/events","deadLetterTopic":"dead"},
             {"pubsubname":"pubsub","topic":"secret","route":"/events"},{"pubsubname":"nope","topic":"t","route":"/events"}]
            """);
        await using var sidecar = await StartAsync(app, more: [("subscriptionScopes", "audit=t"), ("publishingScopes", "audit=t,secret")]);
        await PublishAsync(sidecar, "secret", "1");
        await PublishAsync(sidecar, "t", "2");
        Assert.Equal(2, (await _events.NextAsync()).GetProperty("data").GetInt32());
        Assert.Contains("not served: topic secret is not allowed for app id audit", sidecar.Log, StringComparison.Ordinal);
        Assert.Contains("a subscription is not served: topic t: pubsub nope is not loaded", sidecar.Log, StringComparison.Ordinal);
        Assert.Contains("the dead letter topic dead is not allowed for app id audit", sidecar.Log, StringComparison.Ordinal);
        Assert.Equal(0, await sidecar.TerminateAsync());
        Assert.Single(_events.All);
    }

    private static StringContent Json(string body, string contentType = "application/json") => new(body, Encoding.UTF8, contentType);

    private Task<TestApp> AppAsync() => TestApp.StartAsync(
        context => context.Request.Path.Value switch
        {
            "/dead" => _dead.HandleAsync(context),
            "/raw" => _raw.HandleAsync(context),
            _ => _events.HandleAsync(context),
        },
        Subscriptions);

    private async Task<SidecarUnderTest> StartAsync(TestApp app, string type = "pubsub.sqlite", params (string Name, string Value)[] more)
    {
        _folder.WriteComponent("pubsub", type, [("connectionString", $"data source={_folder.File("pubsub.db")}"), .. more]);
        var sidecar = await SidecarUnderTest.StartAsync(_folder, "audit", app);
        await sidecar.WaitForSubscriptionsAsync("t");
        if (app.Subscriptions == Subscriptions) await sidecar.WaitForSubscriptionsAsync("dead", "raw");
        return sidecar;
    }

    private static async Task PublishAsync(SidecarUnderTest sidecar, string topic, string data, string contentType = "application/json")
    {
        using var content = new StringContent(data);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        using var answer = await sidecar.Http.PostAsync($"/v1.0/publish/pubsub/{topic}", content);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }
}
