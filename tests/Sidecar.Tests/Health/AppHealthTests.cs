using System.Net;
using System.Text.Json;
using McpMesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;

namespace McpMesh.Sidecar.Tests.Health;

public sealed class AppHealthTests : IAsyncLifetime, IDisposable
{
    private static readonly string[] Probed =
        ["--enable-app-health-check", "--app-health-check-path", "state", "--app-health-probe-interval", "1",
            "--app-health-probe-timeout", "900", "--app-health-threshold", "2"];

    private readonly TestFolder _folder = new();
    private readonly ReceivedEvents _events = new();
    private readonly TaskCompletionSource<IHeaderDictionary> _probe = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile int _status = 503;
    private TestApp _app = null!;

    public async Task InitializeAsync() => _app = await TestApp.StartAsync(async context =>
    {
        if (context.Request.Path == "/events")
        {
            await _events.HandleAsync(context);
            return;
        }

        if (context.Request.Path == "/state")
        {
            _probe.TrySetResult(new HeaderDictionary(context.Request.Headers.ToDictionary()));
            context.Response.StatusCode = _status;
        }
    }, """[{"pubsubname":"pubsub","topic":"orders","route":"/events"}]""");

    public async Task DisposeAsync() => await _app.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_app_is_unhealthy_until_it_first_says_yes_and_then_gets_calls_and_events()
    {
        await using var callee = await StartAsync();
        await using var caller = await SidecarUnderTest.StartAsync(_folder, "gateway");
        Assert.False((await _probe.Task.WaitAsync(TimeSpan.FromMinutes(1))).ContainsKey("dapr-api-token"));
        using (var refused = await caller.Http.GetAsync("/v1.0/invoke/orders/method/x"))
            Assert.Equal(HttpStatusCode.InternalServerError, refused.StatusCode);
        using (var own = await callee.Http.GetAsync("/v1.0/invoke/orders/method/x"))
        {
            Assert.Equal(HttpStatusCode.InternalServerError, own.StatusCode);
            Assert.Contains("app is not in a healthy state", await own.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        (await caller.Http.PostAsync("/v1.0/publish/pubsub/orders", new StringContent("1"))).Dispose();
        Assert.Empty(_events.All);

        _status = 204;
        await callee.WaitForLogAsync("App entered healthy status");
        Assert.Equal("1", (await _events.NextAsync()).GetProperty("data").GetString());
        await callee.WaitForLogAsync("application discovered");
        using var answer = await caller.Http.GetAsync("/v1.0/invoke/orders/method/x");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task As_many_failures_in_a_row_as_the_threshold_make_it_unhealthy_and_hold_its_events_back()
    {
        _status = 200;
        await using var sidecar = await StartAsync();
        await sidecar.WaitForLogAsync("App entered healthy status");
        await sidecar.WaitForLogAsync("app is subscribed to orders");
        _status = 500;
        await sidecar.WaitForLogAsync("App entered un-healthy status: status 500, 2 failures in a row");
        (await sidecar.Http.PostAsync("/v1.0/publish/pubsub/orders", new StringContent("held"))).Dispose();
        using (var refused = await sidecar.Http.GetAsync("/v1.0/invoke/orders/method/x"))
            Assert.Equal(HttpStatusCode.InternalServerError, refused.StatusCode);
        Assert.Empty(_events.All);
        _status = 200;
        Assert.Equal("held", (await _events.NextAsync()).GetProperty("data").GetString());
    }

    [Fact]
    public async Task The_sidecar_is_ready_beside_an_unhealthy_app_and_tells_how_it_probes()
    {
        await using var sidecar = await StartAsync();
        await _probe.Task.WaitAsync(TimeSpan.FromMinutes(1));
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await sidecar.HealthAsync() != 204) await Task.Delay(20, limit.Token);
        using var metadata = JsonDocument.Parse(await sidecar.Http.GetStringAsync("/v1.0/metadata"));
        var health = metadata.RootElement.GetProperty("appConnectionProperties").GetProperty("health");
        Assert.Equal(
            """{"healthCheckPath":"/state","healthProbeInterval":"1s","healthProbeTimeout":"900ms","healthThreshold":2}""",
            health.GetRawText());
    }

    private Task<SidecarUnderTest> StartAsync() => SidecarUnderTest.StartAsync(
        _folder, "orders", more: ["--app-port", $"{_app.Port}", .. Probed], environment: ("APP_API_TOKEN", "app-secret"));
}
