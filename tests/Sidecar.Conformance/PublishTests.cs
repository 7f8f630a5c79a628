using System.Text.Json;
using McpMesh.Sidecar.Conformance.Harness;

namespace McpMesh.Sidecar.Conformance;

/// <summary>facts/dapr.md 2.4 over HTTP: what is published, and what the subscriber gets of it.</summary>
[Collection(nameof(PubSubMesh))]
public sealed class PublishTests(PubSubMesh mesh)
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Traceparent = $"00-{TraceId}-00f067aa0ba902b7-01";

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    public async Task What_is_published_arrives_in_an_envelope(string verb)
    {
        (await mesh.Http.SendAsync($"{verb} /v1.0/publish/pubsub/plain", """{"n":1}""")).IsNoContent();

        var received = await mesh.At("/plain").NextAsync();
        Assert.True(Guid.TryParse(Text(received, "id"), out _));
        Assert.Equal(("1.0", "application/json"), (Text(received, "specversion"), Text(received, "datacontenttype")));
        Assert.Equal((SidecarFixture.AppId, "com.dapr.event.sent"), (Text(received, "source"), Text(received, "type")));
        Assert.Equal(("plain", "pubsub"), (Text(received, "topic"), Text(received, "pubsubname")));
        Assert.Equal(Text(received, "traceid"), Text(received, "traceparent"));
        Assert.True(DateTimeOffset.TryParse(Text(received, "time"), out _));
        Assert.Equal("""{"n":1}""", received.GetProperty("data").GetRawText());
    }

    [Theory]
    [InlineData(null, "text/plain", "data", "\"1\"")]
    [InlineData("text/plain", "text/plain", "data", "\"1\"")]
    [InlineData("application/xml", "application/xml", "data", "\"1\"")]
    [InlineData("application/json", "application/json", "data", "1")]
    [InlineData("application/octet-stream", "application/octet-stream", "data_base64", "\"MQ==\"")]
    public async Task The_content_type_says_how_data_is_embedded(string? contentType, string told, string field, string data)
    {
        (await mesh.Http.SendAsync("POST /v1.0/publish/pubsub/plain", "1", contentType)).IsNoContent();

        var received = await mesh.At("/plain").NextAsync();
        Assert.Equal((told, data), (Text(received, "datacontenttype"), received.GetProperty(field).GetRawText()));
    }

    [Fact]
    public async Task The_text_of_a_number_is_preserved()
    {
        (await mesh.Http.SendAsync("POST /v1.0/publish/pubsub/plain", """{"n":12345678901234567890.10}""")).IsNoContent();

        Assert.Equal("12345678901234567890.10", (await mesh.At("/plain").NextAsync()).GetProperty("data").GetProperty("n").GetRawText());
    }

    [Fact]
    public async Task What_claims_to_be_JSON_and_is_not_is_a_string()
    {
        (await mesh.Http.SendAsync("POST /v1.0/publish/pubsub/plain", "{nonsense")).IsNoContent();

        Assert.Equal("{nonsense", Text(await mesh.At("/plain").NextAsync(), "data"));
    }

    [Fact]
    public async Task A_CloudEvent_passes_through_and_only_what_is_absent_is_filled()
    {
        (await mesh.Http.SendAsync(
            "POST /v1.0/publish/pubsub/plain", """{"id":"own","type":"own.type","topic":"x","pubsubname":"y","extra":7,"data":{"n":1}}""",
            "application/cloudevents+json")).IsNoContent();

        var received = await mesh.At("/plain").NextAsync();
        Assert.Equal(("own", "own.type"), (Text(received, "id"), Text(received, "type")));
        Assert.Equal(("plain", "pubsub", "1.0"), (Text(received, "topic"), Text(received, "pubsubname"), Text(received, "specversion")));
        Assert.Equal(("7", """{"n":1}"""), (received.GetProperty("extra").GetRawText(), received.GetProperty("data").GetRawText()));
        foreach (var filled in new[] { "source", "traceid", "traceparent", "tracestate", "time" })
            Assert.Equal(JsonValueKind.String, received.GetProperty(filled).ValueKind);
    }

    [Fact]
    public async Task Attributes_are_overridden_by_metadata_of_any_case()
    {
        (await mesh.Http.SendAsync(
            "POST /v1.0/publish/pubsub/plain?metadata.cloudevent.id=own&metadata.cloudevent.type=own.type&metadata.cloudevent.source=me"
            + "&metadata.cloudevent.subject=it&metadata.CloudEvent.TraceState=a=b", "1")).IsNoContent();

        var received = await mesh.At("/plain").NextAsync();
        Assert.Equal(("own", "own.type", "me"), (Text(received, "id"), Text(received, "type"), Text(received, "source")));
        Assert.Equal(("it", "a=b"), (Text(received, "subject"), Text(received, "tracestate")));
    }

    [Theory]
    [InlineData($"metadata.cloudevent.traceid={Traceparent}", Traceparent)]
    [InlineData($"metadata.cloudevent.traceid=x&metadata.cloudevent.traceparent={Traceparent}", Traceparent)]
    public async Task A_traceparent_wins_over_a_traceid(string query, string trace)
    {
        (await mesh.Http.SendAsync($"POST /v1.0/publish/pubsub/plain?{query}", "1")).IsNoContent();

        var received = await mesh.At("/plain").NextAsync();
        Assert.Equal((trace, trace), (Text(received, "traceid"), Text(received, "traceparent")));
    }

    [Fact]
    public async Task The_trace_of_the_publisher_is_continued_to_the_subscriber()
    {
        (await mesh.Http.SendAsync("POST /v1.0/publish/pubsub/plain", "1", headers: ("traceparent", Traceparent))).IsNoContent();

        Assert.StartsWith($"00-{TraceId}-", Text(await mesh.At("/plain").NextAsync(), "traceparent"), StringComparison.Ordinal);
        Assert.Contains($"traceparent: 00-{TraceId}-", mesh.At("/plain").Headers.Last(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_time_to_live_adds_an_expiration_where_the_broker_has_none()
    {
        (await mesh.Http.SendAsync("POST /v1.0/publish/pubsub/plain?metadata.ttlInSeconds=600", "1")).IsNoContent();

        var expires = DateTimeOffset.Parse(Text(await mesh.At("/plain").NextAsync(), "expiration"), null);
        Assert.InRange(expires - DateTimeOffset.UtcNow, TimeSpan.FromSeconds(300), TimeSpan.FromSeconds(610));
    }

    [Fact]
    public async Task A_topic_may_have_slashes()
    {
        (await mesh.Http.SendAsync("POST /v1.0/publish/pubsub/with/slashes/in", "1")).IsNoContent();

        Assert.Equal("with/slashes/in", Text(await mesh.At("/slashes").NextAsync(), "topic"));
    }

    [Fact]
    public async Task A_raw_payload_has_no_envelope()
    {
        const string own = """{"id":"raw-own","type":"by-the-app","data":1}""";
        (await mesh.Http.SendAsync("POST /v1.0/publish/pubsub/plain?metadata.rawPayload=true", own)).IsNoContent();

        var received = await mesh.At("/plain").NextAsync();
        Assert.Equal(("raw-own", "by-the-app"), (Text(received, "id"), Text(received, "type")));
        Assert.False(received.TryGetProperty("source", out _));
    }

    [Theory]
    [InlineData("v1.0")]
    [InlineData("v1.0-alpha1")]
    public async Task A_bulk_is_published_entry_by_entry(string version)
    {
        var answer = await mesh.Http.SendAsync($"POST /{version}/publish/bulk/pubsub/plain", """
            [{"entryId":"1","event":{"n":1},"contentType":"application/json"},
             {"entryId":"2","event":"two","contentType":"text/plain","metadata":{"cloudevent.type":"own.type"}}]
            """);

        answer.IsNoContent();
        var received = new[] { await mesh.At("/plain").NextAsync(), await mesh.At("/plain").NextAsync() };
        var first = Array.Find(received, one => one.GetProperty("data").ValueKind == JsonValueKind.Object);
        var second = Array.Find(received, one => one.GetProperty("data").ValueKind == JsonValueKind.String);
        Assert.Equal(("application/json", """{"n":1}"""), (Text(first, "datacontenttype"), first.GetProperty("data").GetRawText()));
        Assert.Equal(("text/plain", "two", "own.type"), (Text(second, "datacontenttype"), Text(second, "data"), Text(second, "type")));
    }

    [Theory]
    [InlineData("{", "DAPR_PUBSUB_UNMARSHAL_EVENTS")]
    [InlineData("""[{"entryId":"1","event":"x","contentType":"text/plain"},{"entryId":"1","event":"y","contentType":"text/plain"}]""",
        "DAPR_PUBSUB_MARSHAL_EVENTS")]
    [InlineData("""[{"event":"x","contentType":"text/plain"}]""", "DAPR_PUBSUB_MARSHAL_EVENTS")]
    public async Task A_bulk_that_is_wrong_is_refused_as_a_whole(string body, string reason)
    {
        var answer = await mesh.Http.SendAsync("POST /v1.0/publish/bulk/pubsub/plain", body);

        answer.IsError(400, "ERR_PUBSUB_EVENTS_SER", "error…");
        Assert.Equal(reason, InfoOf(answer).GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("nowhere/t", 404, "ERR_PUBSUB_NOT_FOUND", "DAPR_PUBSUB_NOT_FOUND", "pubsub nowhere is not found")]
    [InlineData("bulk/nowhere/t", 404, "ERR_PUBSUB_NOT_FOUND", "DAPR_PUBSUB_NOT_FOUND", "pubsub nowhere is not found")]
    [InlineData("pubsub/", 404, "ERR_TOPIC_NAME_EMPTY", "DAPR_PUBSUB_TOPIC_NAME_EMPTY", "topic is empty in pubsub pubsub")]
    [InlineData("pubsub", 404, "ERR_TOPIC_NAME_EMPTY", "DAPR_PUBSUB_TOPIC_NAME_EMPTY", "topic is empty in pubsub pubsub")]
    [InlineData("pubsub/protected", 403, "ERR_PUBSUB_FORBIDDEN", "DAPR_PUBSUB_FORBIDDEN",
        "topic protected is not allowed for app id conformance")]
    [InlineData("scoped/closed", 403, "ERR_PUBSUB_FORBIDDEN", "DAPR_PUBSUB_FORBIDDEN",
        "topic closed is not allowed for app id conformance")]
    [InlineData("scoped/unheard-of", 403, "ERR_PUBSUB_FORBIDDEN", "DAPR_PUBSUB_FORBIDDEN",
        "topic unheard-of is not allowed for app id conformance")]
    public async Task What_cannot_be_published_says_why(string path, int status, string code, string reason, string message)
    {
        var answer = await mesh.Http.SendAsync($"POST /v1.0/publish/{path}", path.StartsWith("bulk", StringComparison.Ordinal) ? "[]" : "1");

        answer.IsError(status, code, message);
        Assert.Equal(("dapr.io", reason), (InfoOf(answer).GetProperty("domain").GetString(), InfoOf(answer).GetProperty("reason").GetString()));
    }

    [Theory]
    [InlineData("scoped/open")]
    [InlineData("scoped/hidden")]
    public async Task What_the_scopes_allow_is_published(string path) =>
        (await mesh.Http.SendAsync($"POST /v1.0/publish/{path}", "1")).IsNoContent();

    [Fact]
    public async Task A_refusal_of_a_topic_tells_the_topic_and_the_component()
    {
        var answer = await mesh.Http.SendAsync("POST /v1.0/publish/pubsub/protected", "1");

        Assert.Equal("protected", InfoOf(answer).GetProperty("metadata").GetProperty("topic").GetString());
        var resource = answer.Json.GetProperty("details").EnumerateArray()
            .Single(detail => detail.GetProperty("@type").ValueEquals("type.googleapis.com/google.rpc.ResourceInfo"));
        Assert.Equal(("pubsub", "pubsub"), (resource.GetProperty("resource_type").GetString(), resource.GetProperty("resource_name").GetString()));
    }

    [Fact]
    public async Task A_value_of_rawPayload_that_is_none_is_400() =>
        (await mesh.Http.SendAsync("POST /v1.0/publish/pubsub/plain?metadata.rawPayload=perhaps", "1"))
            .IsError(400, "ERR_PUBSUB_REQUEST_METADATA", "failed deserializing metadata. Error: …");

    [Fact]
    public async Task A_CloudEvent_that_is_none_is_500() =>
        (await mesh.Http.SendAsync("POST /v1.0/publish/pubsub/plain", "{", "application/cloudevents+json"))
            .IsError(500, "ERR_PUBSUB_CLOUD_EVENTS_SER", "cannot create cloudevent");

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static JsonElement InfoOf(HttpAnswer answer) => answer.Json.GetProperty("details").EnumerateArray()
        .Single(detail => detail.GetProperty("@type").ValueEquals("type.googleapis.com/google.rpc.ErrorInfo"));
}
