using System.Text.Json;
using Dapr.Client.Autogen.Grpc.v1;
using McpMesh.Sidecar.Conformance.Harness;

namespace McpMesh.Sidecar.Conformance;

/// <summary>facts/dapr.md 2.6, metadata: what a sidecar tells about itself.</summary>
public sealed class MetadataTests(FullSidecar mesh, PubSubMesh subscribers) : IClassFixture<FullSidecar>, IClassFixture<PubSubMesh>
{
    [Fact]
    public async Task It_tells_the_app_id_and_the_release()
    {
        var metadata = await GetAsync(mesh);

        Assert.Equal(SidecarFixture.AppId, metadata.GetProperty("id").GetString());
        Assert.Equal(
            metadata.GetProperty("runtimeVersion").GetString(),
            metadata.GetProperty("extended").GetProperty("daprRuntimeVersion").GetString());
    }

    [Theory]
    [InlineData("statestore", "state.sqlite", "ETAG,TRANSACTIONAL,TTL,ACTOR")]
    [InlineData("memory", "state.in-memory", "ETAG,TRANSACTIONAL,TTL,ACTOR")]
    [InlineData("pubsub", "pubsub.in-memory", "")]
    [InlineData("secrets", "secretstores.local.file", "")]
    public async Task It_tells_the_components_with_their_capabilities(string name, string type, string capabilities)
    {
        var component = (await GetAsync(mesh)).GetProperty("components").EnumerateArray()
            .Single(one => one.GetProperty("name").ValueEquals(name));

        Assert.Equal((type, "v1"), (component.GetProperty("type").GetString(), component.GetProperty("version").GetString()));
        Assert.Superset(
            capabilities.Split(',', StringSplitOptions.RemoveEmptyEntries).ToHashSet(),
            component.GetProperty("capabilities").EnumerateArray().Select(one => one.GetString()!).ToHashSet());
    }

    [Fact]
    public async Task A_component_of_other_scopes_is_not_loaded() => Assert.DoesNotContain(
        (await GetAsync(mesh)).GetProperty("components").EnumerateArray(), one => one.GetProperty("name").ValueEquals("of-another"));

    [Fact]
    public async Task An_attribute_that_the_app_sets_is_kept()
    {
        (await mesh.Http.SendAsync("PUT /v1.0/metadata/greeting", "hello world", "text/plain")).IsNoContent();

        Assert.Equal("hello world", (await GetAsync(mesh)).GetProperty("extended").GetProperty("greeting").GetString());
    }

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
        var app = (await GetAsync(subscribers)).GetProperty("appConnectionProperties");

        Assert.Equal(("http", "127.0.0.1"), (app.GetProperty("protocol").GetString(), app.GetProperty("channelAddress").GetString()));
        Assert.InRange(app.GetProperty("port").GetInt32(), 1, 65535);
        Assert.False((await GetAsync(mesh)).TryGetProperty("appConnectionProperties", out _));
    }

    [Fact]
    public async Task Over_gRPC_it_tells_the_same()
    {
        await mesh.Grpc.AskAsync(DaprApi.SetMetadata, new SetMetadataRequest { Key = "over-grpc", Value = "yes" });
        var metadata = await mesh.Grpc.AskAsync(DaprApi.GetMetadata, new GetMetadataRequest());
        var json = await GetAsync(mesh);

        Assert.Equal((SidecarFixture.AppId, json.GetProperty("runtimeVersion").GetString()), (metadata.Id, metadata.RuntimeVersion));
        Assert.Equal("yes", metadata.ExtendedMetadata["over-grpc"]);
        Assert.Equal("yes", json.GetProperty("extended").GetProperty("over-grpc").GetString());
        Assert.Equal(
            json.GetProperty("components").EnumerateArray().Select(one => one.GetProperty("name").GetString()!).Order(),
            metadata.RegisteredComponents.Select(one => one.Name).Order());
    }

    [Fact]
    public async Task Over_gRPC_it_tells_the_same_subscriptions()
    {
        var metadata = await subscribers.Grpc.AskAsync(DaprApi.GetMetadata, new GetMetadataRequest());

        var routed = metadata.Subscriptions.Single(one => one.Topic == "routed");
        Assert.Equal(("pubsub", PubsubSubscriptionType.Programmatic, 3), (routed.PubsubName, routed.Type, routed.Rules.Rules.Count));
        Assert.Equal(PubsubSubscriptionType.Declarative, metadata.Subscriptions.Single(one => one.Topic == "declared").Type);
        Assert.Equal("127.0.0.1", metadata.AppConnectionProperties.ChannelAddress);
    }

    private static async Task<JsonElement> GetAsync(SidecarFixture sidecar) => (await sidecar.Http.SendAsync("GET /v1.0/metadata")).Json;

    private async Task<JsonElement> SubscriptionAsync(string topic) => (await GetAsync(subscribers)).GetProperty("subscriptions")
        .EnumerateArray().Single(one => one.GetProperty("topic").ValueEquals(topic));
}
