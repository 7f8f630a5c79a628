using Dapr.Client.Autogen.Grpc.v1;
using McpMesh.Grpc;
using McpMesh.Sidecar.Conformance.Harness;

namespace McpMesh.Sidecar.Conformance;

/// <summary>facts/dapr.md 2.6, configuration, over both faces.</summary>
public sealed class ConfigurationTests(ConfigurationMesh mesh) : IClassFixture<ConfigurationMesh>
{
    [Theory]
    [InlineData("v1.0")]
    [InlineData("v1.0-alpha1")]
    public async Task Items_come_by_key_with_value_version_and_metadata(string version)
    {
        var name = version.Length == 4 ? "stable" : "alpha";
        var (first, second) = ($"{name}.one", $"{name}.two");
        await mesh.SetAsync(first, "1", "5", """{"owner":"me"}""");
        await mesh.SetAsync(second, "2", "6");

        (await mesh.Http.SendAsync($"GET /{version}/configuration/settings?key={first}&key={second}&key=missing&metadata.x=y")).IsJson(
            200, $$$"""{"{{{first}}}":{"value":"1","version":"5","metadata":{"owner":"me"}},"{{{second}}}":{"value":"2","version":"6"}}""");
    }

    [Fact]
    public async Task No_items_are_204() =>
        (await mesh.Http.SendAsync("GET /v1.0/configuration/settings?key=missing")).IsNoContent();

    [Fact]
    public async Task A_subscriber_is_posted_the_changes_until_it_unsubscribes()
    {
        var id = (await mesh.Http.SendAsync("GET /v1.0/configuration/settings/subscribe?key=posted")).Json.GetProperty("id").GetString();
        await mesh.SetAsync("posted", "new", "1");

        var (path, body) = await mesh.UpdateAsync();
        Assert.Equal(("/configuration/settings/posted", id), (path, body.GetProperty("id").GetString()));
        Assert.Equal("new", body.GetProperty("items").GetProperty("posted").GetProperty("value").GetString());
        (await mesh.Http.SendAsync($"GET /v1.0/configuration/settings/{id}/unsubscribe")).IsJson(200, """{"ok":true}""");
    }

    [Fact]
    public async Task An_unknown_subscription_is_500_with_a_message_only()
    {
        var answer = await mesh.Http.SendAsync("GET /v1.0/configuration/settings/unknown/unsubscribe");

        Assert.Equal((500, "message"), (answer.Status, Assert.Single(answer.Json.EnumerateObject()).Name));
    }

    [Fact]
    public async Task An_unknown_store_is_400() => (await mesh.Http.SendAsync("GET /v1.0/configuration/nowhere?key=k"))
        .IsError(400, "ERR_CONFIGURATION_STORE_NOT_FOUND", "configuration store nowhere not found");

    [Fact]
    public async Task A_key_that_the_store_refuses_is_500() =>
        (await mesh.Http.SendAsync("GET /v1.0/configuration/settings?key=b%27"))
            .IsError(500, "ERR_CONFIGURATION_GET", "failed to get [b'] from Configuration store settings: …");

    [Fact]
    public async Task Over_gRPC_items_come_by_key_with_value_version_and_metadata()
    {
        await mesh.SetAsync("grpc.one", "1", "5", """{"owner":"me"}""");
        var answer = await mesh.Grpc.AskAsync(
            DaprApi.GetConfiguration, new GetConfigurationRequest { StoreName = "settings", Keys = { "grpc.one", "missing" } });

        var (key, item) = Assert.Single(answer.Items);
        Assert.Equal(("grpc.one", "1", "5", "me"), (key, item.Value, item.Version, item.Metadata["owner"]));
    }

    [Fact]
    public async Task Over_gRPC_a_stream_tells_its_id_alone_and_then_the_changes()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await using var stream = Stream("grpc.streamed", limit.Token);
        Assert.True(await stream.MoveNextAsync());
        var id = stream.Current.Id;
        Assert.Equal(new SubscribeConfigurationResponse { Id = id }, stream.Current);
        Assert.NotEqual("", id);

        await mesh.SetAsync("grpc.other", "x", "1");
        await mesh.SetAsync("grpc.streamed", "new", "1");
        Assert.True(await stream.MoveNextAsync());
        var (key, item) = Assert.Single(stream.Current.Items);
        Assert.Equal((id, "grpc.streamed", "new"), (stream.Current.Id, key, item.Value));
    }

    [Fact]
    public async Task Over_gRPC_a_stream_ends_when_it_is_unsubscribed_by_its_id()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await using var stream = Stream("grpc.ended", limit.Token);
        Assert.True(await stream.MoveNextAsync());
        var request = new UnsubscribeConfigurationRequest { StoreName = "settings", Id = stream.Current.Id };

        Assert.True((await mesh.Grpc.AskAsync(DaprApi.UnsubscribeConfiguration, request)).Ok);
        Assert.False(await stream.MoveNextAsync());
        var again = await mesh.Grpc.AskAsync(DaprApi.UnsubscribeConfiguration, request);
        Assert.False(again.Ok);
        Assert.EndsWith("subscription does not exist", again.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_gRPC_an_unknown_store_is_InvalidArgument()
    {
        const string message = "configuration store nowhere not found";
        await mesh.Grpc.RefusesAsync(
            DaprApi.GetConfiguration, new GetConfigurationRequest { StoreName = "nowhere" }, GrpcStatusCode.InvalidArgument, message);
        var refused = await Assert.ThrowsAsync<GrpcException>(async () =>
        {
            await foreach (var _ in mesh.Grpc.StreamAsync(
                DaprApi.SubscribeConfiguration, new SubscribeConfigurationRequest { StoreName = "nowhere" }))
            {
            }
        });
        Assert.Equal((GrpcStatusCode.InvalidArgument, message), (refused.Code, refused.Detail));
    }

    private IAsyncEnumerator<SubscribeConfigurationResponse> Stream(string key, CancellationToken cancellationToken) =>
        mesh.Grpc.StreamAsync(
            DaprApi.SubscribeConfiguration, new SubscribeConfigurationRequest { StoreName = "settings", Keys = { key } },
            cancellationToken: cancellationToken).GetAsyncEnumerator(cancellationToken);
}
