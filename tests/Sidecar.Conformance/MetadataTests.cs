using System.Text.Json;
using Dapr.Client.Autogen.Grpc.v1;
using McpMesh.Sidecar.Conformance.Harness;

namespace McpMesh.Sidecar.Conformance;

/// <summary>facts/dapr.md 2.6, metadata: what a sidecar tells about itself.</summary>
[Collection(nameof(FullSidecar))]
public sealed class MetadataTests(FullSidecar mesh)
{
    [Fact]
    public async Task It_tells_the_app_id_and_the_release()
    {
        var metadata = await GetAsync();

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
        var component = (await GetAsync()).GetProperty("components").EnumerateArray()
            .Single(one => one.GetProperty("name").ValueEquals(name));

        Assert.Equal((type, "v1"), (component.GetProperty("type").GetString(), component.GetProperty("version").GetString()));
        Assert.Superset(
            capabilities.Split(',', StringSplitOptions.RemoveEmptyEntries).ToHashSet(),
            component.GetProperty("capabilities").EnumerateArray().Select(one => one.GetString()!).ToHashSet());
    }

    [Fact]
    public async Task A_component_of_other_scopes_is_not_loaded() => Assert.DoesNotContain(
        (await GetAsync()).GetProperty("components").EnumerateArray(), one => one.GetProperty("name").ValueEquals("of-another"));

    [Fact]
    public async Task Without_an_app_it_tells_no_way_to_it() => Assert.False((await GetAsync()).TryGetProperty("appConnectionProperties", out _));

    [Fact]
    public async Task An_attribute_that_the_app_sets_is_kept()
    {
        (await mesh.Http.SendAsync("PUT /v1.0/metadata/greeting", "hello world", "text/plain")).IsNoContent();

        Assert.Equal("hello world", (await GetAsync()).GetProperty("extended").GetProperty("greeting").GetString());
    }

    [Fact]
    public async Task Over_gRPC_it_tells_the_same()
    {
        await mesh.Grpc.AskAsync(DaprApi.SetMetadata, new SetMetadataRequest { Key = "over-grpc", Value = "yes" });
        var metadata = await mesh.Grpc.AskAsync(DaprApi.GetMetadata, new GetMetadataRequest());
        var json = await GetAsync();

        Assert.Equal((SidecarFixture.AppId, json.GetProperty("runtimeVersion").GetString()), (metadata.Id, metadata.RuntimeVersion));
        Assert.Equal("yes", metadata.ExtendedMetadata["over-grpc"]);
        Assert.Equal("yes", json.GetProperty("extended").GetProperty("over-grpc").GetString());
        Assert.Equal(
            json.GetProperty("components").EnumerateArray().Select(one => one.GetProperty("name").GetString()!).Order(),
            metadata.RegisteredComponents.Select(one => one.Name).Order());
    }

    private async Task<JsonElement> GetAsync() => (await mesh.Http.SendAsync("GET /v1.0/metadata")).Json;
}
