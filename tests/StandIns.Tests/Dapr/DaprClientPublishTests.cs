using System.Text;
using System.Text.Json.Nodes;
using Dapr;

namespace StandIns.Tests.Dapr;

public sealed class DaprClientPublishTests : DaprClientTest
{
    [Fact]
    public async Task An_event_is_published_as_json_with_its_metadata_in_the_query()
    {
        var metadata = new Dictionary<string, string> { ["ttlInSeconds"] = "5" };
        await Client.PublishEventAsync("pubsub", "policy/changed", new { Digest = "sha256:a" }, metadata);

        var request = Assert.Single(Sidecar.Received);
        Assert.Equal("/v1.0/publish/pubsub/policy/changed?metadata.ttlInSeconds=5", request.Target);
        Assert.Equal("application/json", request.ContentType);
        Assert.Equal("""{"digest":"sha256:a"}""", request.Body);
        await Assert.ThrowsAsync<ArgumentNullException>(() => Client.PublishEventAsync<string>("pubsub", "t", null!));
    }

    [Fact]
    public async Task A_cloud_event_is_published_as_one()
    {
        await Client.PublishEventAsync("pubsub", "t", new CloudEvent<int>(7) { Type = "com.example.x", Source = new Uri("urn:a") });

        var request = Assert.Single(Sidecar.Received);
        Assert.Equal("application/cloudevents+json", request.ContentType);
        Assert.Equal(7, JsonNode.Parse(request.Body)!["data"]!.GetValue<int>());
        Assert.Equal("com.example.x", JsonNode.Parse(request.Body)!["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task Bytes_and_empty_events_are_published_as_they_are()
    {
        await Client.PublishByteEventAsync("pubsub", "t", Encoding.UTF8.GetBytes("raw"), "text/plain");
        await Client.PublishEventAsync("pubsub", "t");

        Assert.Equal([("text/plain", "raw"), (null, "")], Sidecar.Received.Select(request => (request.ContentType, request.Body)));
    }

    [Fact]
    public async Task A_bulk_publish_is_one_request_whose_refused_entries_are_returned()
    {
        Sidecar.RefusedEntries.Add("1");

        var response = await Client.BulkPublishEventAsync("pubsub", "audit-events", new[] { "a", "b", "c" });

        Assert.Equal(
            """
            [{"entryId":"0","contentType":"application/json","event":"a"},
            {"entryId":"1","contentType":"application/json","event":"b"},
            {"entryId":"2","contentType":"application/json","event":"c"}]
            """.ReplaceLineEndings(string.Empty),
            Assert.Single(Sidecar.Received).Body);
        var failed = Assert.Single(response.FailedEntries);
        Assert.Equal(("1", "b", "too large"), (failed.Entry.EntryId, failed.Entry.EventData, failed.ErrorMessage));
    }

    [Fact]
    public async Task A_bulk_publish_larger_than_its_first_buffer_arrives_whole()
    {
        var events = Enumerable.Range(0, 500).Select(i => new string((char)('a' + i % 26), 300)).ToArray();

        var response = await Client.BulkPublishEventAsync("pubsub", "audit-events", events, new() { ["k"] = "v" });

        Assert.Empty(response.FailedEntries);
        var entries = JsonNode.Parse(Assert.Single(Sidecar.Received).Body)!.AsArray();
        Assert.Equal(events, entries.Select(entry => entry!["event"]!.GetValue<string>()));
        Assert.All(entries, entry => Assert.Equal("v", entry!["metadata"]!["k"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Bytes_in_a_bulk_publish_travel_as_base64()
    {
        await Client.BulkPublishEventAsync("pubsub", "t", new[] { new byte[] { 1, 2, 3 } });

        var entry = JsonNode.Parse(Assert.Single(Sidecar.Received).Body)![0]!;
        Assert.Equal("application/octet-stream", entry["contentType"]!.GetValue<string>());
        Assert.Equal("AQID", entry["event"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_broker_that_is_down_and_a_forbidden_topic_are_errors()
    {
        var bulk = await Assert.ThrowsAsync<DaprException>(() => Client.BulkPublishEventAsync("pubsub", "down", new[] { 1 }));
        var single = await Assert.ThrowsAsync<DaprException>(() => Client.PublishEventAsync("pubsub", "forbidden", 1));

        Assert.Equal("ERR_PUBSUB_PUBLISH_MESSAGE", Assert.IsType<DaprApiException>(bulk.InnerException).ErrorCode);
        Assert.Equal("ERR_PUBSUB_FORBIDDEN", Assert.IsType<DaprApiException>(single.InnerException).ErrorCode);
    }
}
