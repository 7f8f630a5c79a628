using System.Text.Json;
using Dapr.Client.Autogen.Grpc.v1;
using McpMesh.Sidecar.Conformance.Harness;

namespace McpMesh.Sidecar.Conformance;

/// <summary>facts/dapr.md 2.6, metadata: what a sidecar tells about its app and its subscriptions.</summary>
[Collection(nameof(PubSubMesh))]
public sealed class SubscriptionMetadataTests(PubSubMesh mesh)
{
    [Theory]
    [InlineData("plain", "PROGRAMMATIC")]
    [InlineData("declared", "DECLARATIVE")]
    public async Task It_tells_the_subscriptions_with_their_kind(string topic, string kind)
    {
        var subscription = await SubscriptionAsync(topic);

        Assert.Equal(("pubsub", kind), (subscription.GetProperty("pubsubname").GetString(), subscription.GetProperty("type").GetString()));
    }

    [Fact]
    public async Task It_tells_the_rules_and_the_dead_letter_topic_of_a_subscription()
    {
        var routed = await SubscriptionAsync("routed");
        var rules = routed.GetProperty("rules");
        Assert.Equal(3, rules.GetArrayLength());
        Assert.Equal("event.type == \"first\"", rules[0].GetProperty("match").GetString());
        Assert.Equal("/routed-first", rules[0].GetProperty("path").GetString());
        Assert.Equal("/routed-rest", rules[2].GetProperty("path").GetString());

        Assert.Equal("dead", (await SubscriptionAsync("answered")).GetProperty("deadLetterTopic").GetString());
        Assert.Equal("true", (await SubscriptionAsync("raw")).GetProperty("metadata").GetProperty("rawPayload").GetString());
    }

    [Fact]
    public async Task It_tells_how_the_app_is_reached()
    {
        var app = (await GetAsync()).GetProperty("appConnectionProperties");

        Assert.Equal(("http", "127.0.0.1"), (app.GetProperty("protocol").GetString(), app.GetProperty("channelAddress").GetString()));
        Assert.InRange(app.GetProperty("port").GetInt32(), 1, 65535);
    }

    [Fact]
    public async Task Over_gRPC_it_tells_the_same_subscriptions()
    {
        var metadata = await mesh.Grpc.AskAsync(DaprApi.GetMetadata, new GetMetadataRequest());

        var routed = metadata.Subscriptions.Single(one => one.Topic == "routed");
        Assert.Equal(("pubsub", PubsubSubscriptionType.Programmatic, 3), (routed.PubsubName, routed.Type, routed.Rules.Rules.Count));
        Assert.Equal(PubsubSubscriptionType.Declarative, metadata.Subscriptions.Single(one => one.Topic == "declared").Type);
        Assert.Equal("127.0.0.1", metadata.AppConnectionProperties.ChannelAddress);
    }

    private async Task<JsonElement> GetAsync() => (await mesh.Http.SendAsync("GET /v1.0/metadata")).Json;

    private async Task<JsonElement> SubscriptionAsync(string topic) => (await GetAsync()).GetProperty("subscriptions").EnumerateArray()
        .Single(one => one.GetProperty("topic").ValueEquals(topic));
}
