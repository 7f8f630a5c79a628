using Dapr.Client.Autogen.Grpc.v1;
using McpMesh.Grpc.Client;
using McpMesh.Sidecar.Conformance.Harness;
using McpMesh.Sidecar.Tests.Harness;

namespace McpMesh.Sidecar.Conformance;

/// <summary>facts/dapr.md 2.6, health and shutdown.</summary>
[Collection(nameof(BareSidecar))]
public sealed class HealthTests(BareSidecar mesh)
{
    [Theory]
    [InlineData("healthz")]
    [InlineData("healthz/outbound")]
    [InlineData("healthz?appid=conformance")]
    public async Task A_sidecar_that_is_ready_is_204(string path) => (await mesh.Http.SendAsync($"GET /v1.0/{path}")).IsNoContent();

    [Fact]
    public async Task Another_app_id_than_the_sidecars_is_500() => (await mesh.Http.SendAsync("GET /v1.0/healthz?appid=another"))
        .IsError(500, "ERR_HEALTH_APPID_NOT_MATCH", "dapr app-id does not match");

    [Fact]
    public async Task Readiness_waits_for_the_app_and_outbound_does_not()
    {
        using var folder = new TestFolder(withComponents: false);
        var (httpPort, appPort) = (SidecarProgram.FreePort(), SidecarProgram.FreePort());
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{httpPort}") };
        var http = new HttpFace(client);
        // daprd is initialized only with its app: the start ends when the app is there.
        var starting = SidecarUnderTest.StartAsync(
            folder, "waiting", more: ["--dapr-http-port", $"{httpPort}", "--app-port", $"{appPort}"]);

        await Eventually.IsSoAsync(async () => (await http.SendAsync("GET /v1.0/healthz/outbound")).Status == 204);
        (await http.SendAsync("GET /v1.0/healthz")).IsError(500, "ERR_HEALTH_NOT_READY", "dapr is not ready: …");
        await using var app = await TestApp.StartAsync(_ => Task.CompletedTask, port: appPort);
        await using var sidecar = await starting;
        await Eventually.IsSoAsync(async () => (await http.SendAsync("GET /v1.0/healthz")).Status == 204);
    }

    [Fact]
    public async Task Shutdown_is_204_and_the_process_ends()
    {
        using var folder = new TestFolder(withComponents: false);
        await using var sidecar = await SidecarUnderTest.StartAsync(folder, "ends");

        (await new HttpFace(sidecar.Http).SendAsync("POST /v1.0/shutdown")).IsNoContent();
        Assert.Equal(0, await sidecar.WaitForEndAsync());
    }

    [Fact]
    public async Task Over_gRPC_shutdown_ends_the_process_too()
    {
        using var folder = new TestFolder(withComponents: false);
        await using var sidecar = await SidecarUnderTest.StartAsync(folder, "ends");
        await using var channel = new GrpcChannel(new Uri($"http://127.0.0.1:{sidecar.GrpcPort}"));

        await channel.AskAsync(DaprApi.Shutdown, new ShutdownRequest());
        Assert.Equal(0, await sidecar.WaitForEndAsync());
    }
}
