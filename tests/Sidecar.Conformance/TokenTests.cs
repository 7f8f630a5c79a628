using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc;
using McpMesh.Grpc.Client;
using McpMesh.Sidecar.Conformance.Harness;
using McpMesh.Sidecar.Tests.Harness;
using McpMesh.Sidecar.Tests.Workflows.Worker;
using Microsoft.AspNetCore.Http;

namespace McpMesh.Sidecar.Conformance;

/// <summary>facts/dapr.md 2.0 and 2.8: DAPR_API_TOKEN guards the sidecar, APP_API_TOKEN tells the app who calls.</summary>
public sealed class TokenTests(TokenTests.Mesh mesh) : IClassFixture<TokenTests.Mesh>
{
    private const string Token = "of-the-sidecar";

    [Theory]
    [InlineData("GET /v1.0/metadata")]
    [InlineData("POST /v1.0/healthz")]
    [InlineData("GET /v1.0/invoke/conformance/method/x")]
    [InlineData("POST /v1.0/shutdown")]
    [InlineData("GET /nothing")]
    public async Task Without_the_token_the_answer_is_401_in_plain_text(string target)
    {
        foreach (var headers in new[] { [], new (string, string)[] { ("dapr-api-token", "wrong") } })
        {
            var answer = await mesh.Http.SendAsync(target, headers: headers);

            Assert.Equal((401, "invalid api token"), (answer.Status, answer.Body));
            Assert.Equal("text/plain", answer.ContentType?.Split(';')[0]);
        }
    }

    [Theory]
    [InlineData("GET /v1.0/healthz")]
    [InlineData("GET /v1.0/healthz/outbound")]
    public async Task Health_is_exempt(string target) => (await mesh.Http.SendAsync(target)).IsNoContent();

    [Fact]
    public async Task With_the_token_the_request_is_served() =>
        Assert.Equal(200, (await mesh.Http.SendAsync("GET /v1.0/metadata", headers: ("dapr-api-token", Token))).Status);

    [Fact]
    public async Task The_token_is_removed_and_the_app_gets_APP_API_TOKEN_instead()
    {
        var answer = await mesh.Http.SendAsync(
            $"GET /v1.0/invoke/{SidecarFixture.AppId}/method/token", headers: ("dapr-api-token", Token));

        Assert.Equal((200, "of-the-app"), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task The_app_gets_APP_API_TOKEN_with_the_requests_of_the_sidecar_itself()
    {
        await mesh.Sidecar.WaitForAppAsync();

        Assert.Equal("of-the-app", await mesh.SubscribeToken.Task.WaitAsync(TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task Over_gRPC_every_call_without_the_token_is_Unauthenticated()
    {
        await using var stranger = new GrpcChannel(new Uri($"http://127.0.0.1:{mesh.Sidecar.GrpcPort}"));

        foreach (var headers in new[] { [], new (string, string)[] { ("dapr-api-token", "wrong") } })
        {
            var metadata = () => stranger.AskAsync(DaprApi.GetMetadata, new GetMetadataRequest(), headers);
            var hello = () => stranger.AskAsync(TaskHub.Hello, new Empty(), headers);
            Assert.Equal(GrpcStatusCode.Unauthenticated, (await Assert.ThrowsAsync<GrpcException>(metadata)).Code);
            Assert.Equal(GrpcStatusCode.Unauthenticated, (await Assert.ThrowsAsync<GrpcException>(hello)).Code);
        }
    }

    [Fact]
    public async Task Over_gRPC_a_call_with_the_token_is_served()
    {
        await mesh.Grpc.AskAsync(TaskHub.Hello, new Empty());

        Assert.Equal(SidecarFixture.AppId, (await mesh.Grpc.AskAsync(DaprApi.GetMetadata, new GetMetadataRequest())).Id);
    }

    public sealed class Mesh : SidecarFixture
    {
        internal TaskCompletionSource<string> SubscribeToken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal override IEnumerable<string> Flags => ["--config", Folder.File("config.yaml")];

        internal override (string Name, string Value)[] Environment => [("DAPR_API_TOKEN", Token), ("APP_API_TOKEN", "of-the-app")];

        internal override GrpcMetadata GrpcHeaders => new() { { "dapr-api-token", Token } };

        internal override void WriteResources()
        {
            WriteConfiguration("config");
            Folder.WriteComponent("pubsub", "pubsub.in-memory");
        }

        internal override async Task<TestApp?> StartAppAsync() => Owned(await TestApp.StartAsync(
            context => context.Response.WriteAsync(TokenOf(context)),
            beforeSubscriptions: context => SubscribeToken.TrySetResult(TokenOf(context))));

        private static string TokenOf(HttpContext context) => context.Request.Headers["dapr-api-token"].ToString();
    }
}
