using System.Net;
using McpMesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;

namespace McpMesh.Sidecar.Tests.Hosting;

public sealed class ShutdownTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _leave = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_call_under_way_is_finished_before_the_end()
    {
        await using var app = await TestApp.StartAsync(SlowAsync);
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me", app, ["--dapr-graceful-shutdown-seconds", "60"]);
        var call = sidecar.Http.GetStringAsync("/v1.0/invoke/me/method/x");
        await _entered.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await sidecar.SignalAsync("TERM");
        await sidecar.WaitForLogAsync("stopping; requests and deliveries under way get 60 s");
        _leave.SetResult();
        Assert.Equal("done", await call);
        Assert.Equal(0, await sidecar.WaitForEndAsync());
    }

    [Fact]
    public async Task A_delivery_under_way_is_settled_before_the_end_and_does_not_come_again()
    {
        const string subscription = """[{"pubsubname":"pubsub","topic":"t","route":"/slow"}]""";
        await using (var app = await TestApp.StartAsync(SlowAsync, subscription))
        {
            await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me", app, ["--dapr-graceful-shutdown-seconds", "60"]);
            (await sidecar.Http.PostAsync("/v1.0/publish/pubsub/t", new StringContent("1"))).Dispose();
            await _entered.Task.WaitAsync(TimeSpan.FromMinutes(1));
            await sidecar.SignalAsync("TERM");
            await sidecar.WaitForLogAsync("stopping");
            _leave.SetResult();
            Assert.Equal(0, await sidecar.WaitForEndAsync());
        }

        var events = new ReceivedEvents();
        await using var next = await TestApp.StartAsync(events.HandleAsync, subscription);
        await using var again = await SidecarUnderTest.StartAsync(_folder, "me", next);
        (await again.Http.PostAsync("/v1.0/publish/pubsub/t", new StringContent("2"))).Dispose();
        Assert.Equal("2", (await events.NextAsync()).GetProperty("data").GetString());
    }

    [Fact]
    public async Task A_blocked_shutdown_is_not_ready_at_once_but_serves_until_the_app_is_lost()
    {
        var app = await TestApp.StartAsync(context => context.Response.WriteAsync("served"));
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me", app, ["--dapr-block-shutdown-duration", "1h"]);
        await sidecar.SignalAsync("TERM");
        await sidecar.WaitForLogAsync("Blocking graceful shutdown for 01:00:00 or until app reports unhealthy");
        Assert.Equal(500, await sidecar.HealthAsync());
        Assert.Equal("served", await sidecar.Http.GetStringAsync("/v1.0/invoke/me/method/x"));
        using (var state = await sidecar.Http.GetAsync("/v1.0/state/memory/k"))
            Assert.Equal(HttpStatusCode.NoContent, state.StatusCode);
        await app.DisposeAsync();
        // The sidecar notices at the next call that the app is gone.
        using (await sidecar.Http.GetAsync("/v1.0/invoke/me/method/x"))
        {
        }

        Assert.Equal(0, await sidecar.WaitForEndAsync());
    }

    [Fact]
    public async Task A_blocked_shutdown_ends_when_its_time_is_over()
    {
        await using var app = await TestApp.StartAsync(context => context.Response.WriteAsync("served"));
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me", app, ["--dapr-block-shutdown-duration", "100ms"]);
        Assert.Equal(0, await sidecar.TerminateAsync());
        Assert.Contains("Blocking graceful shutdown", sidecar.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_signal_ends_the_patience()
    {
        await using var app = await TestApp.StartAsync(SlowAsync);
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me", app, ["--dapr-graceful-shutdown-seconds", "3600"]);
        var call = sidecar.Http.GetAsync("/v1.0/invoke/me/method/x");
        await _entered.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await sidecar.SignalAsync("TERM");
        await sidecar.WaitForLogAsync("stopping");
        await sidecar.SignalAsync("TERM");
        Assert.Equal(0, await sidecar.WaitForEndAsync());
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => call);
        _leave.SetResult();
    }

    [Fact]
    public async Task The_shutdown_call_ends_the_sidecar_and_takes_it_off_the_list()
    {
        await using var app = await TestApp.StartAsync(context => context.Response.WriteAsync("served"));
        await using var callee = await SidecarUnderTest.StartAsync(_folder, "orders", app);
        await using var caller = await SidecarUnderTest.StartAsync(_folder, "gateway");
        Assert.Equal("served", await caller.Http.GetStringAsync("/v1.0/invoke/orders/method/x"));
        using (var answer = await callee.Http.PostAsync("/v1.0/shutdown", null))
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(0, await callee.WaitForEndAsync());
        using var refused = await caller.Http.GetAsync("/v1.0/invoke/orders/method/x");
        Assert.Equal(HttpStatusCode.InternalServerError, refused.StatusCode);
    }

    private async Task SlowAsync(HttpContext context)
    {
        _entered.TrySetResult();
        await _leave.Task.WaitAsync(context.RequestAborted);
        if (context.Request.Path == "/x") await context.Response.WriteAsync("done");
    }
}
