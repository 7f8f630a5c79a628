using System.Text;
using System.Text.Json;
using McpMesh.Sidecar.Conformance.Harness;

namespace McpMesh.Sidecar.Conformance;

/// <summary>facts/dapr.md 2.5: how events reach an HTTP app, and what its answer does.</summary>
[Collection(nameof(PubSubMesh))]
public sealed class SubscriptionTests(PubSubMesh mesh)
{
    [Fact]
    public async Task An_event_is_posted_as_a_CloudEvent_with_the_name_of_its_pubsub_in_a_header()
    {
        await mesh.PublishAsync("plain", "posted");
        await mesh.NextAsync("/plain", "posted");

        var headers = mesh.At("/plain").Headers.Last();
        Assert.Contains("Content-Type: application/cloudevents+json", headers, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("pubsubName: pubsub\n", headers, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("traceparent: 00-", headers, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Keys_of_a_subscription_have_any_case_and_a_route_needs_no_slash()
    {
        await mesh.PublishAsync("keys", "keys");

        await mesh.NextAsync("/keys", "keys");
    }

    [Fact]
    public async Task The_default_of_routes_beats_a_route()
    {
        await mesh.PublishAsync("two-defaults", "two-defaults");

        await mesh.NextAsync("/default", "two-defaults");
        Assert.Empty(mesh.At("/older").All);
    }

    [Theory]
    [InlineData("first", 2, "/routed-first")]
    [InlineData("other", 2, "/routed-second")]
    [InlineData("other", 3, "/routed-rest")]
    public async Task The_first_rule_that_matches_routes_and_the_default_takes_the_rest(string type, int n, string path)
    {
        var id = $"routed-{type}-{n}";
        await mesh.PublishAsync("routed", id, $$"""{"n":{{n}}}""", $"&metadata.cloudevent.type={type}");

        await mesh.NextAsync(path, id);
    }

    [Theory]
    [InlineData("declared", "first", "/declared-first")]
    [InlineData("declared", "other", "/declared")]
    [InlineData("declared-v1", "other", "/declared-v1")]
    public async Task A_declarative_subscription_routes_too_in_both_of_its_versions(string topic, string type, string path)
    {
        var id = $"{topic}-{type}";
        await mesh.PublishAsync(topic, id, more: $"&metadata.cloudevent.type={type}");

        await mesh.NextAsync(path, id);
    }

    [Fact]
    public async Task An_event_that_no_rule_takes_is_a_dead_letter()
    {
        await mesh.PublishAsync("unrouted", "unknown", more: "&metadata.cloudevent.type=unknown");

        await mesh.NextAsync("/dead", "unknown");
        Assert.Empty(mesh.At("/known").All);
    }

    [Fact]
    public async Task A_raw_subscription_gets_an_envelope_of_the_bytes()
    {
        (await mesh.Http.SendAsync("POST /v1.0/publish/pubsub/raw?metadata.rawPayload=true", "bytes", "text/plain")).IsNoContent();

        var received = await mesh.At("/raw").NextAsync();
        Assert.Equal("application/octet-stream", received.GetProperty("datacontenttype").GetString());
        Assert.Equal("bytes", Encoding.UTF8.GetString(received.GetProperty("data_base64").GetBytesFromBase64()));
        Assert.Equal("raw", received.GetProperty("topic").GetString());
    }

    [Theory]
    [InlineData(200, "")]
    [InlineData(204, "")]
    [InlineData(202, "{}")]
    [InlineData(200, "<html>not JSON</html>")]
    [InlineData(200, """{"status":"SUCCESS"}""")]
    public async Task An_answer_of_2xx_that_says_nothing_else_settles_the_event(int status, string body)
    {
        var id = Guid.NewGuid().ToString();
        mesh.At("/answered").Answer = (received, _) => received.GetProperty("id").ValueEquals(id) ? (status, body) : (500, "");
        await mesh.PublishAsync("answered", id);
        await mesh.NextAsync("/answered", id);

        // What is published next comes next, and it is the next dead letter.
        await mesh.PublishAsync("answered", $"after-{id}");
        await mesh.NextAsync("/dead", $"after-{id}");
        Assert.Single(mesh.At("/answered").All, received => received.GetProperty("id").ValueEquals(id));
        Assert.DoesNotContain(mesh.At("/dead").All, received => received.GetProperty("id").ValueEquals(id));
    }

    [Theory]
    [InlineData(200, """{"status":"DROP"}""")]
    [InlineData(404, "")]
    [InlineData(200, """{"status":"RETRY"}""")]
    [InlineData(200, """{"status":"unheard of"}""")]
    [InlineData(500, "")]
    [InlineData(400, "")]
    public async Task An_event_that_is_dropped_or_fails_without_a_policy_is_a_dead_letter(int status, string body)
    {
        var id = Guid.NewGuid().ToString();
        mesh.At("/answered").Answer = (_, _) => (status, body);
        await mesh.PublishAsync("answered", id, """{"n":1}""");

        var dead = await mesh.NextAsync("/dead", id);
        Assert.Equal("""{"n":1}""", dead.GetProperty("data").GetRawText());
        Assert.Single(mesh.At("/answered").All, received => received.GetProperty("id").ValueEquals(id));
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(503, "{}")]
    [InlineData(200, """{"status":"RETRY"}""")]
    [InlineData(200, """{"status":"unheard of"}""")]
    public async Task A_failure_without_a_dead_letter_topic_comes_again(int status, string body)
    {
        var id = Guid.NewGuid().ToString();
        mesh.At("/alone").Answer = (_, times) => times < 3 ? (status, body) : (200, "");
        await mesh.PublishAsync("alone", id);

        for (var i = 0; i < 3; i++) await mesh.NextAsync("/alone", id);
    }

    [Theory]
    [InlineData(200, """{"status":"DROP"}""")]
    [InlineData(404, "")]
    public async Task A_drop_does_not_come_again(int status, string body)
    {
        var id = Guid.NewGuid().ToString();
        mesh.At("/alone").Answer = (_, _) => (status, body);
        await mesh.PublishAsync("alone", id);
        await mesh.NextAsync("/alone", id);

        await mesh.PublishAsync("alone", $"after-{id}");
        await mesh.NextAsync("/alone", $"after-{id}");
        Assert.Single(mesh.At("/alone").All, received => received.GetProperty("id").ValueEquals(id));
    }

    [Fact]
    public async Task An_expired_event_is_not_delivered()
    {
        (await mesh.Http.SendAsync(
            "POST /v1.0/publish/pubsub/answered", """{"id":"expired","expiration":"2020-01-01T00:00:00Z","data":1}""",
            "application/cloudevents+json")).IsNoContent();

        await mesh.PublishAsync("answered", "after-expired");
        await mesh.NextAsync("/answered", "after-expired");
        Assert.DoesNotContain(mesh.At("/answered").All, received => received.GetProperty("id").ValueEquals("expired"));
    }

    [Fact]
    public async Task A_bulk_subscription_gets_entries_and_each_is_settled_by_its_own_status()
    {
        mesh.At("/bulk").Answer = (bulk, _) => (200, Statuses(bulk));
        (await mesh.Http.SendAsync("POST /v1.0/publish/bulk/pubsub/bulk", """
            [{"entryId":"1","event":{"status":"SUCCESS"},"contentType":"application/json","metadata":{"cloudevent.id":"bulk-taken"}},
             {"entryId":"2","event":{"status":"DROP"},"contentType":"application/json","metadata":{"cloudevent.id":"bulk-dropped"}},
             {"entryId":"3","event":{"status":"RETRY"},"contentType":"application/json","metadata":{"cloudevent.id":"bulk-failed"}}]
            """)).IsNoContent();

        var bulk = await mesh.At("/bulk").NextAsync();
        Assert.Equal("com.dapr.event.sent.bulk", bulk.GetProperty("type").GetString());
        Assert.Equal(("bulk", "pubsub"), (bulk.GetProperty("topic").GetString(), bulk.GetProperty("pubsubname").GetString()));
        var entry = bulk.GetProperty("entries")[0];
        Assert.Equal("application/cloudevents+json", entry.GetProperty("contentType").GetString());
        Assert.Equal("1.0", entry.GetProperty("event").GetProperty("specversion").GetString());
        Assert.Equal(
            ["bulk-dropped", "bulk-failed"],
            new[] { await mesh.At("/dead").NextAsync(), await mesh.At("/dead").NextAsync() }.Select(dead => dead.GetProperty("id").GetString())
                .Order());
    }

    [Fact]
    public async Task Subscriptions_without_a_route_and_those_of_other_apps_are_not_served()
    {
        var served = (await mesh.Http.SendAsync("GET /v1.0/metadata")).Json.GetProperty("subscriptions").EnumerateArray()
            .Select(subscription => subscription.GetProperty("topic").GetString()).ToArray();

        Assert.Contains("declared", served);
        Assert.DoesNotContain("no-route", served);
        Assert.DoesNotContain("of-another", served);
    }

    [Fact]
    public async Task A_subscription_out_of_its_apps_scope_gets_nothing()
    {
        (await mesh.Http.SendAsync("POST /v1.0/publish/scoped/hidden", "1")).IsNoContent();
        (await mesh.Http.SendAsync("POST /v1.0/publish/scoped/open", "1")).IsNoContent();

        await mesh.At("/open").NextAsync();
        Assert.Empty(mesh.At("/hidden").All);
    }

    private static string Statuses(JsonElement bulk) => JsonSerializer.Serialize(new
    {
        statuses = bulk.GetProperty("entries").EnumerateArray().Select(entry => new
        {
            entryId = entry.GetProperty("entryId").GetString(),
            status = entry.GetProperty("event").GetProperty("data").GetProperty("status").GetString(),
        }),
    });
}
