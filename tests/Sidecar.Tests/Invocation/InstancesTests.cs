using System.Net;
using McpMesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;

namespace McpMesh.Sidecar.Tests.Invocation;

public sealed class InstancesTests
{
    [Fact]
    public async Task Instances_of_one_app_id_are_called_in_turn()
    {
        using var folder = new TestFolder();
        await using var first = await TestApp.StartAsync(context => context.Response.WriteAsync("first"));
        await using var second = await TestApp.StartAsync(context => context.Response.WriteAsync("second"));
        await using var a = await SidecarUnderTest.StartAsync(folder, "orders", first);
        await using var b = await SidecarUnderTest.StartAsync(folder, "orders", second);
        await using var caller = await SidecarUnderTest.StartAsync(folder, "gateway");
        var answers = new List<string>();
        for (var i = 0; i < 6; i++) answers.Add(await caller.Http.GetStringAsync("/v1.0/invoke/orders/method/x"));
        Assert.Equal(3, answers.Count(answer => answer == "first"));
        Assert.Equal(3, answers.Count(answer => answer == "second"));
    }

    [Fact]
    public async Task A_killed_instance_costs_no_call()
    {
        using var folder = new TestFolder();
        await using var app = await TestApp.StartAsync(EchoAsync);
        await using var dying = await SidecarUnderTest.StartAsync(folder, "orders", app);
        await using var living = await SidecarUnderTest.StartAsync(folder, "orders", app);
        await using var caller = await SidecarUnderTest.StartAsync(folder, "gateway");
        for (var i = 0; i < 4; i++) Assert.Equal("body", await CallAsync(caller));
        await dying.KillAsync();
        for (var i = 0; i < 20; i++) Assert.Equal("body", await CallAsync(caller));
    }

    [Fact]
    public async Task An_instance_whose_app_is_gone_is_skipped_without_losing_the_body()
    {
        using var folder = new TestFolder();
        var dying = await TestApp.StartAsync(EchoAsync);
        await using var living = await TestApp.StartAsync(EchoAsync);
        await using var a = await SidecarUnderTest.StartAsync(folder, "orders", dying);
        await using var b = await SidecarUnderTest.StartAsync(folder, "orders", living);
        await using var caller = await SidecarUnderTest.StartAsync(folder, "gateway");
        Assert.Equal("body", await CallAsync(caller));
        await dying.DisposeAsync();
        for (var i = 0; i < 10; i++) Assert.Equal("body", await CallAsync(caller));
    }

    [Fact]
    public async Task An_app_that_comes_back_on_its_port_is_called_again()
    {
        using var folder = new TestFolder();
        var app = await TestApp.StartAsync(EchoAsync);
        var port = app.Port;
        await using var callee = await SidecarUnderTest.StartAsync(folder, "orders", app);
        await using var caller = await SidecarUnderTest.StartAsync(folder, "gateway");
        await app.DisposeAsync();
        using (var refused = await caller.Http.GetAsync("/v1.0/invoke/orders/method/x"))
            Assert.Equal(HttpStatusCode.InternalServerError, refused.StatusCode);
        await using var again = await TestApp.StartAsync(EchoAsync, port: port);
        await callee.WaitForAppAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            using var answer = await caller.Http.GetAsync("/v1.0/invoke/orders/method/x", limit.Token);
            if (answer.IsSuccessStatusCode) break;
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    [Fact]
    public async Task An_app_that_is_not_there_is_one_clear_error_on_both_ways()
    {
        using var folder = new TestFolder();
        await using var callee = await SidecarUnderTest.StartAsync(folder, "orders", more: ["--app-port", "1"]);
        await using var caller = await SidecarUnderTest.StartAsync(folder, "gateway");
        using var own = await callee.Http.GetAsync("/v1.0/invoke/orders/method/x");
        Assert.Equal(HttpStatusCode.InternalServerError, own.StatusCode);
        Assert.Contains("the app is not reachable: Connection refused", await own.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var remote = await caller.Http.GetAsync("/v1.0/invoke/orders/method/x");
        Assert.Equal(HttpStatusCode.InternalServerError, remote.StatusCode);
        Assert.Contains("no instance is registered", await remote.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_that_never_answers_holds_up_nobody_else()
    {
        using var folder = new TestFolder();
        var hanging = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await TestApp.StartAsync(async context =>
        {
            if (context.Request.Path != "/hang") return;
            hanging.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using var callee = await SidecarUnderTest.StartAsync(folder, "orders", app);
        await using var caller = await SidecarUnderTest.StartAsync(folder, "gateway");
        using var patience = new CancellationTokenSource();
        var hung = caller.Http.GetAsync("/v1.0/invoke/orders/method/hang", patience.Token);
        await hanging.Task.WaitAsync(TimeSpan.FromMinutes(1));
        for (var i = 0; i < 20; i++)
        {
            using var answer = await caller.Http.GetAsync("/v1.0/invoke/orders/method/other");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hung);
    }

    [Fact]
    public async Task The_registry_with_the_mesh_secret_is_for_its_owner_only()
    {
        using var folder = new TestFolder();
        await using var sidecar = await SidecarUnderTest.StartAsync(folder, "orders");
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.File("names.db")));
    }

    private static async Task<string> CallAsync(SidecarUnderTest caller)
    {
        using var answer = await caller.Http.PostAsync("/v1.0/invoke/orders/method/x", new StringContent("body"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task EchoAsync(HttpContext context) => await context.Request.Body.CopyToAsync(context.Response.Body);
}
