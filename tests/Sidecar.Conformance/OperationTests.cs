using McpMesh.Sidecar.Conformance.Harness;
using McpMesh.Sidecar.Tests.Harness;

namespace McpMesh.Sidecar.Conformance;

/// <summary>facts/dapr.md 1.1, 2.6 and 5.1: what an operator asks of a sidecar. Each has one of its own.</summary>
public sealed class OperationTests : IDisposable
{
    private readonly TestFolder _folder = new(withComponents: false);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Components_are_loaded_and_removed_while_it_runs()
    {
        await using var sidecar = await SidecarUnderTest.StartAsync(
            _folder, SidecarFixture.AppId, more: ["--hot-reload-reconcile-interval", "1s"]);
        var http = new HttpFace(sidecar.Http);
        _folder.WriteComponent("added", "state.in-memory");

        await Eventually.IsSoAsync(async () => (await http.SendAsync("GET /v1.0/state/added/k")).Status == 204);
        File.Delete(Path.Combine(_folder.Components, "added.yaml"));
        await Eventually.IsSoAsync(async () => (await http.SendAsync("GET /v1.0/state/added/k")).Status == 500);
    }

    [Fact]
    public async Task Metrics_are_told_in_the_text_of_Prometheus()
    {
        var port = SidecarProgram.FreePort();
        await using var sidecar = await SidecarUnderTest.StartAsync(
            _folder, SidecarFixture.AppId, more: ["--enable-metrics=true", "--metrics-port", $"{port}"]);
        await new HttpFace(sidecar.Http).SendAsync("GET /v1.0/metadata");
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var metrics = new HttpFace(client);

        await Eventually.IsSoAsync(async () => (await metrics.SendAsync("GET /metrics")).Body.Contains(
            $"dapr_http_server_request_count{{app_id=\"{SidecarFixture.AppId}\",method=\"GET\"", StringComparison.Ordinal));
        Assert.StartsWith("text/plain", (await metrics.SendAsync("GET /metrics")).ContentType, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("allowed: [{ name: metadata, version: v1, protocol: http }]")]
    [InlineData("denied: [{ name: state, version: v1, protocol: http }]")]
    public async Task An_API_that_is_not_allowed_or_is_denied_is_404_and_health_never_is(string list)
    {
        _folder.WriteComponent("memory", "state.in-memory");
        var config = _folder.Write("config.yaml", $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Configuration
            metadata: { name: lists }
            spec: { api: { {{list}} } }
            """);
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, SidecarFixture.AppId, more: ["--config", config]);
        var http = new HttpFace(sidecar.Http);

        Assert.Equal(404, (await http.SendAsync("GET /v1.0/state/memory/k")).Status);
        Assert.Equal(200, (await http.SendAsync("GET /v1.0/metadata")).Status);
        (await http.SendAsync("GET /v1.0/healthz/outbound")).IsNoContent();
    }

    [Fact]
    public async Task An_app_with_health_checks_is_unhealthy_until_its_first_success_and_is_probed_without_a_token()
    {
        _folder.WriteComponent("pubsub", "pubsub.in-memory");
        var (isHealthy, events) = (false, new ReceivedEvents());
        var probe = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await TestApp.StartAsync(
            async context =>
            {
                if (context.Request.Path == "/events")
                {
                    await events.HandleAsync(context);
                    return;
                }

                if (context.Request.Path != "/probe") return;
                probe.TrySetResult(context.Request.Headers.ContainsKey("dapr-api-token"));
                context.Response.StatusCode = Volatile.Read(ref isHealthy) ? 200 : 503;
            },
            """[{"pubsubname":"pubsub","topic":"t","route":"/events"}]""");
        await using var sidecar = await SidecarUnderTest.StartAsync(
            _folder, SidecarFixture.AppId,
            more: ["--app-port", $"{app.Port}", "--enable-app-health-check", "--app-health-check-path", "/probe",
                "--app-health-probe-interval", "1", "--app-health-probe-timeout", "900", "--app-health-threshold", "2"],
            environment: ("APP_API_TOKEN", "of-the-app"));
        var http = new HttpFace(sidecar.Http);

        Assert.False(await probe.Task.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal(500, (await http.SendAsync($"GET /v1.0/invoke/{SidecarFixture.AppId}/method/x")).Status);
        var health = (await http.SendAsync("GET /v1.0/metadata")).Json.GetProperty("appConnectionProperties").GetProperty("health");
        Assert.Equal(("/probe", 2), (health.GetProperty("healthCheckPath").GetString(), health.GetProperty("healthThreshold").GetInt32()));

        Volatile.Write(ref isHealthy, true);
        await Eventually.IsSoAsync(async () => (await http.SendAsync($"GET /v1.0/invoke/{SidecarFixture.AppId}/method/x")).Status == 200);
        // Its subscriptions begin with it: what is published before is nobody's in this broker.
        await Eventually.IsSoAsync(async () =>
        {
            (await http.SendAsync("POST /v1.0/publish/pubsub/t", "1")).IsNoContent();
            return !events.All.IsEmpty;
        });
    }
}
