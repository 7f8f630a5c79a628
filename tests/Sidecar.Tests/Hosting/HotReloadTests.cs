using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using McpMesh.Sidecar.Tests.Harness;

namespace McpMesh.Sidecar.Tests.Hosting;

/// <summary>Resource files change under a running sidecar.</summary>
public sealed class HotReloadTests : IDisposable
{
    private const string Subscription = """
        [{"pubsubname":"pubsub","topic":"t","route":"/events"},{"pubsubname":"late","topic":"t","route":"/events"}]
        """;

    private readonly TestFolder _folder = new();
    private readonly ReceivedEvents _events = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_component_that_is_added_serves_and_one_that_is_removed_does_not_and_metadata_tells()
    {
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me");
        Assert.Equal(HttpStatusCode.BadRequest, await SaveAsync(sidecar, "added"));
        _folder.WriteComponent("added", "state.in-memory");
        await sidecar.WaitForLogAsync("Component loaded: added (state.in-memory/v1)");
        Assert.Equal(HttpStatusCode.NoContent, await SaveAsync(sidecar, "added"));
        Assert.Contains("added", await ComponentsAsync(sidecar));
        File.Delete(Path.Combine(_folder.Components, "added.yaml"));
        await sidecar.WaitForLogAsync("Component removed: added");
        Assert.Equal(HttpStatusCode.BadRequest, await SaveAsync(sidecar, "added"));
        Assert.Equal(["memory", "pubsub", "statestore"], (await ComponentsAsync(sidecar)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_component_that_changes_is_the_new_one_for_the_next_call()
    {
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me");
        await SaveAsync(sidecar, "statestore");
        _folder.WriteComponent("statestore", "state.sqlite", ("connectionString", $"data source={_folder.File("other.db")}"));
        await sidecar.WaitForLogAsync("Component loaded: statestore", times: 2);
        using (var missing = await sidecar.Http.GetAsync("/v1.0/state/statestore/k"))
            Assert.Equal(HttpStatusCode.NoContent, missing.StatusCode);
        Assert.True(File.Exists(_folder.File("other.db")));
        _folder.WriteComponent("statestore", "state.sqlite", ("connectionString", $"data source={_folder.File("state.db")}"));
        await sidecar.WaitForLogAsync("Component loaded: statestore", times: 3);
        Assert.Equal("1", await sidecar.Http.GetStringAsync("/v1.0/state/statestore/k"));
    }

    [Fact]
    public async Task A_request_that_began_on_the_old_component_is_finished_on_it()
    {
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me");
        // The store is looked up, then the body is read: it comes only after the component is exchanged.
        var body = new PipedContent();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1.0/state/statestore") { Content = body };
        request.Headers.ExpectContinue = true;
        var save = sidecar.Http.SendAsync(request);
        await body.Asked.WaitAsync(TimeSpan.FromMinutes(1));
        _folder.WriteComponent("statestore", "state.in-memory");
        await sidecar.WaitForLogAsync("Component loaded: statestore (state.in-memory/v1)");
        await body.WriteAsync("""[{"key":"k","value":1}]""");
        body.Complete();
        using (var saved = await save) Assert.Equal(HttpStatusCode.NoContent, saved.StatusCode);
        using var inMemory = await sidecar.Http.GetAsync("/v1.0/state/statestore/k");
        Assert.Equal(HttpStatusCode.NoContent, inMemory.StatusCode);
        _folder.WriteComponent("statestore", "state.sqlite", ("connectionString", $"data source={_folder.File("state.db")}"));
        await sidecar.WaitForLogAsync("Component loaded: statestore (state.sqlite/v1)", times: 2);
        Assert.Equal("1", await sidecar.Http.GetStringAsync("/v1.0/state/statestore/k"));
    }

    [Theory]
    [InlineData("apiVersion: dapr.io/v1alpha1\nkind: [", "not valid YAML")]
    [InlineData("apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: { name: memory }\nspec: { typo: state.in-memory }",
        "unknown field 'spec.typo'")]
    [InlineData("apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: { name: memory }\nspec: { type: state.nothing }",
        "unknown type 'state.nothing'")]
    [InlineData("apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: { name: statestore }\nspec: { type: state.in-memory }",
        "component 'statestore' is already defined at")]
    public async Task A_broken_file_keeps_what_was_and_says_so_in_one_line(string text, string problem)
    {
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me");
        await SaveAsync(sidecar, "memory");
        _folder.Write("components/memory.yaml", text);
        await sidecar.WaitForLogAsync("what it was before stays in effect");
        Assert.Equal("1", await sidecar.Http.GetStringAsync("/v1.0/state/memory/k"));
        // Another change is applied, and the one that is still broken is not told again.
        _folder.WriteComponent("added", "state.in-memory");
        _folder.Write("components/endpoint.yaml", ResourceText.HttpEndpoint("outside", "{ baseUrl: 'http://127.0.0.1:1' }"));
        await sidecar.WaitForLogAsync("hot reload: HTTPEndpoint in effect: outside");
        var line = Assert.Single(sidecar.Log.Split('\n'), entry => entry.Contains("what it was before", StringComparison.Ordinal));
        Assert.Contains("memory.yaml:", line, StringComparison.Ordinal);
        Assert.Contains(problem, line, StringComparison.Ordinal);
        Assert.Equal("1", await sidecar.Http.GetStringAsync("/v1.0/state/memory/k"));
    }

    [Fact]
    public async Task Resiliency_is_in_effect_without_a_restart_and_gone_with_its_file()
    {
        var calls = 0;
        await using var app = await TestApp.StartAsync(context =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref calls) % 3 == 0 ? 200 : 500;
            return Task.CompletedTask;
        });
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me", app);
        Assert.Equal((500, 1), (await InvokeAsync(sidecar), calls));
        _folder.Write("components/resiliency.yaml", ResourceText.Resiliency(
            "  policies: { retries: { quick: { duration: 1ms, maxRetries: 5 } } }\n  targets: { apps: { me: { retry: quick } } }"));
        await sidecar.WaitForLogAsync("hot reload: Resiliency in effect: rules");
        Assert.Equal((200, 3), (await InvokeAsync(sidecar), calls));
        Assert.Contains("\"resiliencies\":[{\"name\":\"rules\"}]", await sidecar.Http.GetStringAsync("/v1.0/metadata"));

        _folder.Write("components/resiliency.yaml", ResourceText.Resiliency("  targets: { apps: { me: { retry: slow } } }"));
        await sidecar.WaitForLogAsync("retry 'slow' is not defined under spec.policies.retries");
        Assert.Equal((200, 6), (await InvokeAsync(sidecar), calls));

        File.Delete(Path.Combine(_folder.Components, "resiliency.yaml"));
        await sidecar.WaitForLogAsync("hot reload: Resiliency in effect: \"");
        Assert.Equal((500, 7), (await InvokeAsync(sidecar), calls));
    }

    [Fact]
    public async Task Subscriptions_follow_their_pubsub_component()
    {
        await using var app = await TestApp.StartAsync(_events.HandleAsync, Subscription);
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me", app);
        await sidecar.WaitForLogAsync("app is subscribed to t of pubsub");
        _folder.WriteComponent("pubsub", "pubsub.sqlite", ("connectionString", $"data source={_folder.File("other.db")}"));
        await sidecar.WaitForLogAsync("app is subscribed to t of pubsub", times: 2);
        await PublishAsync(sidecar, "pubsub", "changed");
        Assert.Equal("changed", (await _events.NextAsync()).GetProperty("data").GetString());

        _folder.WriteComponent("late", "pubsub.in-memory");
        await sidecar.WaitForLogAsync("app is subscribed to t of late");
        await PublishAsync(sidecar, "late", "added");
        Assert.Equal("added", (await _events.NextAsync()).GetProperty("data").GetString());

        File.Delete(Path.Combine(_folder.Components, "late.yaml"));
        await sidecar.WaitForLogAsync("Component removed: late");
        using var refused = await sidecar.Http.PostAsync("/v1.0/publish/late/t", new StringContent("x"));
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
    }

    [Fact]
    public async Task Events_published_while_a_component_changes_are_delivered()
    {
        await using var app = await TestApp.StartAsync(_events.HandleAsync, Subscription);
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me", app);
        await sidecar.WaitForLogAsync("app is subscribed to t of pubsub");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 20; i++)
        {
            if (i % 5 == 0) WritePubSub($"change-{i}");
            await PublishAsync(sidecar, "pubsub", $"event-{i}");
        }

        while (seen.Count < 20) seen.Add((await _events.NextAsync()).GetProperty("data").GetString()!);
        Assert.Equal(20, seen.Count);

        // The same file under another spelling of the resource: nothing but the component object changes.
        void WritePubSub(string note) => _folder.WriteComponent(
            "pubsub", "pubsub.sqlite", ("connectionString", $"data source={_folder.File("pubsub.db")}"), ("note", note));
    }

    [Fact]
    public async Task The_store_that_keeps_workflows_changes_with_a_restart_only()
    {
        _folder.WriteComponent("actors", "state.in-memory", ("actorStateStore", "true"));
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me");
        File.Delete(Path.Combine(_folder.Components, "actors.yaml"));
        await sidecar.WaitForLogAsync("component actors keeps actors and workflows: it leaves with a restart");
        Assert.Equal(HttpStatusCode.NoContent, await SaveAsync(sidecar, "actors"));
    }

    [Fact]
    public async Task With_the_feature_switched_off_files_are_read_at_the_start_and_after_SIGHUP()
    {
        var config = _folder.Write("config.yaml", """
            apiVersion: dapr.io/v1alpha1
            kind: Configuration
            metadata: { name: c }
            spec: { features: [ { name: HotReload, enabled: false } ] }
            """);
        await using var sidecar = await SidecarUnderTest.StartAsync(
            _folder, "me", more: ["--config", config, "--hot-reload-reconcile-interval", "10ms"]);
        _folder.WriteComponent("added", "state.in-memory");
        for (var i = 0; i < 20; i++) Assert.Equal(HttpStatusCode.BadRequest, await SaveAsync(sidecar, "added"));
        await sidecar.SignalAsync("HUP");
        await sidecar.WaitForLogAsync("Component loaded: added");
        Assert.Equal(HttpStatusCode.NoContent, await SaveAsync(sidecar, "added"));
    }

    private static async Task<HttpStatusCode> SaveAsync(SidecarUnderTest sidecar, string store)
    {
        using var answer = await sidecar.Http.PostAsJsonAsync($"/v1.0/state/{store}", new[] { new { key = "k", value = 1 } });
        return answer.StatusCode;
    }

    private static async Task<int> InvokeAsync(SidecarUnderTest sidecar)
    {
        using var answer = await sidecar.Http.GetAsync("/v1.0/invoke/me/method/x");
        return (int)answer.StatusCode;
    }

    private static async Task PublishAsync(SidecarUnderTest sidecar, string pubSub, string text)
    {
        using var answer = await sidecar.Http.PostAsync($"/v1.0/publish/{pubSub}/t", new StringContent(text));
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    private static async Task<string[]> ComponentsAsync(SidecarUnderTest sidecar)
    {
        using var metadata = JsonDocument.Parse(await sidecar.Http.GetStringAsync("/v1.0/metadata"));
        return [.. metadata.RootElement.GetProperty("components").EnumerateArray().Select(one => one.GetProperty("name").GetString()!)];
    }
}
