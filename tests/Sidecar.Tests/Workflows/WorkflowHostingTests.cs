using System.Text;
using System.Text.Json;
using Dapr.DurableTask.Protobuf;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc;
using McpMesh.Grpc.Client;
using McpMesh.Sidecar.Tests.Harness;
using McpMesh.Sidecar.Tests.Workflows.Worker;

namespace McpMesh.Sidecar.Tests.Workflows;

/// <summary>Where workflows are kept, for whom, and how long.</summary>
public sealed class WorkflowHostingTests
{
    private static readonly GrpcCallOptions Patience = new() { Deadline = TimeSpan.FromSeconds(90) };

    [Fact]
    public async Task Without_an_actor_state_store_there_are_no_workflows()
    {
        using var folder = new TestFolder();
        await using var sidecar = await SidecarUnderTest.StartAsync(folder, "app");
        var (status, body) = await PostAsync(sidecar, "/v1.0/workflows/dapr/W/start");
        Assert.Equal(500, status);
        Assert.Contains("\"errorCode\":\"ERR_ACTOR_RUNTIME_NOT_FOUND\"", body, StringComparison.Ordinal);
        await using var client = new WorkflowClient(sidecar.GrpcPort);
        var refused = await Assert.ThrowsAsync<GrpcException>(() => client.StartAsync("W"));
        Assert.Equal(GrpcStatusCode.Internal, refused.Code);
        Assert.StartsWith("the state store is not configured to use the actor runtime", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_actor_state_stores_stop_the_start()
    {
        await using var mesh = new WorkflowMesh();
        mesh.Folder.WriteComponent("memory", "state.in-memory", ("actorStateStore", "true"));
        var (exitCode, output) = await SidecarUnderTest.RunToEndAsync(
            mesh.Folder, "--app-id", "a", "--resources-path", mesh.Folder.Components, "--dapr-grpc-port", "0", "--dapr-http-port", "0");
        Assert.Equal(1, exitCode);
        Assert.Contains("metadata 'actorStateStore' is true in another state store too", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_in_memory_state_store_keeps_workflows_as_long_as_the_process_lives()
    {
        using var folder = new TestFolder();
        folder.WriteComponent("memory", "state.in-memory", ("actorStateStore", "true"));
        await using var sidecar = await SidecarUnderTest.StartAsync(folder, "app");
        await using var worker = await new TestWorker(sidecar.GrpcPort).Activity("Echo", text => text)
            .Workflow("Echo", run => run.CallActivity("Echo", run.Input)).StartAsync();
        await using var client = new WorkflowClient(sidecar.GrpcPort);
        Assert.Equal("x", (await client.RunAsync("Echo", "x", "one")).Output);
    }

    [Fact]
    public async Task The_api_token_is_asked_for_on_every_call()
    {
        await using var mesh = new WorkflowMesh();
        await using var sidecar = await SidecarUnderTest.StartAsync(mesh.Folder, "app", environment: ("DAPR_API_TOKEN", "secret"));
        var address = new Uri($"http://127.0.0.1:{sidecar.GrpcPort}");
        foreach (var (token, code) in new[] { (null, GrpcStatusCode.Unauthenticated), ("wrong", GrpcStatusCode.Unauthenticated) })
        {
            await using var channel = new GrpcChannel(address, Headers(token));
            var refused = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(TaskHub.Hello, new Empty(), Patience));
            Assert.Equal(code, refused.Code);
            Assert.DoesNotContain("secret", refused.Detail, StringComparison.Ordinal);
        }

        await using var allowed = new GrpcChannel(address, Headers("secret"));
        await allowed.CallAsync(TaskHub.Hello, new Empty(), Patience);
    }

    [Fact]
    public async Task Metadata_counts_the_workers_that_are_connected_and_tells_of_their_actors()
    {
        await using var mesh = new WorkflowMesh();
        var sidecar = await mesh.SidecarAsync();
        var idle = (await GetAsync(sidecar, "/v1.0/metadata")).GetProperty("actorRuntime");
        Assert.Equal("RUNNING", idle.GetProperty("runtimeStatus").GetString());
        Assert.True(idle.GetProperty("hostReady").GetBoolean());
        Assert.Equal("placement: connected", idle.GetProperty("placement").GetString());
        Assert.False(idle.TryGetProperty("activeActors", out _));
        await Wait(mesh.Worker(sidecar)).StartAsync();
        await Wait(mesh.Worker(sidecar)).StartAsync();
        var metadata = await GetAsync(sidecar, "/v1.0/metadata");
        Assert.Equal(2, metadata.GetProperty("workflows").GetProperty("connectedWorkers").GetInt32());
        Assert.Equal(2, metadata.GetProperty("actorRuntime").GetProperty("activeActors").GetArrayLength());
    }

    [Fact]
    public async Task Retention_removes_what_has_ended_so_long_ago()
    {
        await using var mesh = new WorkflowMesh();
        var configuration = mesh.Folder.Write("config.yaml", """
            apiVersion: dapr.io/v1alpha1
            kind: Configuration
            metadata: { name: retention }
            spec:
              workflow:
                stateRetentionPolicy: { completed: 10ms, anyTerminal: 24h }
            """);
        var sidecar = await mesh.SidecarAsync(more: ["--config", configuration]);
        await mesh.Worker(sidecar).Workflow("Done", _ => Task.FromResult<string?>("x"))
            .Workflow("Fail", _ => throw new InvalidOperationException("no")).StartAsync();
        var client = mesh.Client(sidecar);
        await client.StartAsync("Fail", id: "kept");
        await client.StartAsync("Done", id: "gone");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await client.GetAsync("gone") is not null) await timer.WaitForNextTickAsync(limit.Token);
        Assert.Equal(OrchestrationStatus.Failed, (await client.GetAsync("kept"))!.WorkflowStatus);
    }

    [Theory]
    [InlineData("maxConcurrentWorkflowInvocations: -1", "maxConcurrentWorkflowInvocations must be a whole number from 0")]
    [InlineData("workflowConcurrencyLimits: []", "unknown field 'spec.workflow.workflowConcurrencyLimits'")]
    [InlineData("stateRetentionPolicy: { completed: soon }", "completed must be a duration such as 5s or 1m30s")]
    [InlineData("stateRetentionPolicy: { done: 5s }", "unknown field 'spec.workflow.stateRetentionPolicy.done'")]
    public async Task A_wrong_workflow_section_stops_the_start_and_names_file_line_and_field(string field, string problem)
    {
        using var folder = new TestFolder();
        var configuration = folder.Write("config.yaml", $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Configuration
            metadata: { name: wrong }
            spec:
              workflow:
                {{field}}
            """);
        var (exitCode, output) = await SidecarUnderTest.RunToEndAsync(folder, "--app-id", "a", "--config", configuration);
        Assert.Equal(1, exitCode);
        Assert.Contains("config.yaml:6: " + problem, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apps_that_share_a_state_store_run_each_others_activities_and_children()
    {
        await using var mesh = new WorkflowMesh();
        var (orders, stock) = (await mesh.SidecarAsync("orders"), await mesh.SidecarAsync("stock"));
        await mesh.Worker(stock).Activity("Reserve", text => $"reserved {text}")
            .Workflow("Pack", run => Task.FromResult<string?>($"packed {run.Input}")).StartAsync();
        await mesh.Worker(orders).Workflow("Order", async run =>
        {
            var reserved = await run.CallActivity("Reserve", run.Input, app: "stock");
            return $"{reserved}, {await run.CallChild("Pack", run.Input, app: "stock")}";
        }).StartAsync();
        Assert.Equal("reserved box, packed box", (await mesh.Client(orders).RunAsync("Order", "box", "o")).Output);
        Assert.Null(await mesh.Client(orders).GetAsync("o:0001"));
        Assert.Equal("orders", (await mesh.Client(stock).GetAsync("o:0001"))!.ParentAppId);
    }

    private static TestWorker Wait(TestWorker worker) => worker.Workflow("Wait", run =>
    {
        run.CustomStatus = "waiting";
        return run.WaitForEvent("a");
    });

    private static GrpcChannelOptions Headers(string? token)
    {
        var headers = new GrpcMetadata();
        if (token is not null) headers.Add("dapr-api-token", token);
        return new GrpcChannelOptions { Headers = headers };
    }

    private static async Task<(int Status, string Body)> PostAsync(SidecarUnderTest sidecar, string path, string body = "")
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await sidecar.Http.PostAsync(path, content);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<JsonElement> GetAsync(SidecarUnderTest sidecar, string path) =>
        JsonDocument.Parse(await sidecar.Http.GetStringAsync(path)).RootElement;
}
