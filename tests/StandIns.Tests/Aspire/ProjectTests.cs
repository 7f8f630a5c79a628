using System.Net.Http.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using StandIns.Tests.Aspire.Probe;

namespace StandIns.Tests.Aspire;

public sealed class ProjectTests : ApplicationTest
{
    [Fact]
    public async Task A_project_gets_its_urls_variables_arguments_and_references()
    {
        await StartAsync(model =>
        {
            var store = model.AddProbe("store");
            model.AddProbe("shop").WithReference(store).WithArgs("--colour", "blue")
                .WithEnvironment("PLAIN", "value").WithEnvironment("LATE", () => "computed")
                .WithEnvironment("STORE_URL", store.GetEndpoint("http"))
                .WithEnvironment(context => context.EnvironmentVariables["BY_CALLBACK"] = context.Resource.Name);
        });
        await HealthyAsync("shop");
        var store = App.GetEndpoint("store").ToString().TrimEnd('/');

        var environment = await AskAsync<Dictionary<string, string>>("shop", "/environment");

        Assert.Equal("value", environment["PLAIN"]);
        Assert.Equal("computed", environment["LATE"]);
        Assert.Equal("shop", environment["BY_CALLBACK"]);
        Assert.Equal(store, environment["STORE_URL"]);
        Assert.Equal(store, environment["services__store__http__0"]);
        Assert.Equal(store, environment["STORE_HTTP"]);
        Assert.Equal("shop", environment["OTEL_SERVICE_NAME"]);
        Assert.Equal("service.instance.id=shop", environment["OTEL_RESOURCE_ATTRIBUTES"]);
        Assert.Equal(App.GetEndpoint("shop").ToString().TrimEnd('/'), environment["ASPNETCORE_URLS"]);
        Assert.Equal(["serve", "--colour", "blue"], await AskAsync<string[]>("shop", "/args"));
    }

    [Fact]
    public async Task A_resource_starts_only_after_what_it_waits_for_is_healthy()
    {
        await StartAsync(model =>
        {
            var slow = model.AddProbe("slow").WithEnvironment("PROBE_UNHEALTHY", "1");
            model.AddProbe("patient").WaitFor(slow);
        });
        await App.ResourceNotifications.WaitForResourceAsync("slow", KnownResourceStates.Running, Limit);
        await App.ResourceNotifications.WaitForResourceAsync("patient", KnownResourceStates.Waiting, Limit);

        using var client = App.CreateHttpClient("slow");
        await ListeningAsync("slow");
        using var recovered = await client.PostAsync(new Uri("/recover", UriKind.Relative), null, Limit);

        await HealthyAsync("patient");
    }

    [Fact]
    public async Task A_resource_starts_after_another_has_completed()
    {
        await StartAsync(model => model.AddProbe("service").WaitForCompletion(model.AddEnding("job", 0)));

        await HealthyAsync("service");

        Assert.True(App.ResourceNotifications.TryGetCurrentState("job", out var job));
        Assert.Equal((KnownResourceStates.Finished, 0), (job.Snapshot.State?.Text, job.Snapshot.ExitCode));
    }

    [Fact]
    public async Task A_resource_does_not_start_when_the_job_before_it_failed()
    {
        await StartAsync(model => model.AddProbe("service").WaitForCompletion(model.AddEnding("job", 7)));

        await App.ResourceNotifications.WaitForResourceAsync("service", KnownResourceStates.FailedToStart, Limit);
    }

    [Fact]
    public async Task A_program_that_does_not_exist_fails_to_start()
    {
        await StartAsync(model => model.AddExecutable("ghost", "/no/such/program", "/no/such/directory"));

        await App.ResourceNotifications.WaitForResourceAsync("ghost", KnownResourceStates.FailedToStart, Limit);
    }

    [Fact]
    public async Task A_process_that_ends_comes_back()
    {
        await StartAsync(model => model.AddProbe("service"));
        var former = ProcessId(await HealthyAsync("service"));

        Kill(former);

        var next = await App.ResourceNotifications.WaitForResourceAsync(
            "service", change => change.Snapshot.HealthStatus is not null && ProcessId(change) != former, Limit);
        Assert.False(IsRunning(former));
        Assert.Equal(ProcessId(next), await AskAsync<int>("service", "/pid"));
    }

    [Fact]
    public async Task Commands_stop_start_and_restart()
    {
        await StartAsync(model => model.AddProbe("service"));
        var first = ProcessId(await HealthyAsync("service"));

        Assert.True((await App.ResourceCommands.ExecuteCommandAsync("service", KnownResourceCommands.StopCommand, Limit)).Success);
        Assert.False(IsRunning(first));
        Assert.True(App.ResourceNotifications.TryGetCurrentState("service", out var stopped));
        Assert.Contains(stopped.Snapshot.State!.Text, KnownResourceStates.TerminalStates);

        Assert.True((await App.ResourceCommands.ExecuteCommandAsync("service", KnownResourceCommands.StartCommand, Limit)).Success);
        var second = ProcessId(await HealthyAsync("service"));
        Assert.True((await App.ResourceCommands.ExecuteCommandAsync("service", KnownResourceCommands.RestartCommand, Limit)).Success);
        var third = ProcessId(await HealthyAsync("service"));
        Assert.Equal(3, new[] { first, second, third }.Distinct().Count());
        Assert.False((await App.ResourceCommands.ExecuteCommandAsync("nobody", KnownResourceCommands.StopCommand, Limit)).Success);
        Assert.False((await App.ResourceCommands.ExecuteCommandAsync("service", "dance", Limit)).Success);
    }

    [Fact]
    public async Task Stopping_ends_every_process_also_stubborn_ones_and_what_they_started()
    {
        await StartAsync(model =>
        {
            model.AddProbe("parent");
            model.AddProbe("stubborn").WithEnvironment("PROBE_STUBBORN", "1");
        });
        var parent = ProcessId(await HealthyAsync("parent"));
        var stubborn = ProcessId(await HealthyAsync("stubborn"));
        using var client = App.CreateHttpClient("parent");
        using var spawned = await client.PostAsync(new Uri("/spawn", UriKind.Relative), null, Limit);
        var grandchild = await spawned.Content.ReadFromJsonAsync<int>(Limit);
        Assert.All([parent, stubborn, grandchild], process => Assert.True(IsRunning(process)));

        await App.StopAsync(Limit);

        Assert.All([parent, stubborn, grandchild], process => Assert.False(IsRunning(process)));
    }

    private Task ListeningAsync(string resource) => UntilAsync(async () =>
    {
        try
        {
            return await AskAsync<int>(resource, "/pid") > 0;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    });
}
