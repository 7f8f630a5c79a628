using Dapr.DurableTask.Protobuf;
using McpMesh.Grpc;

namespace McpMesh.Sidecar.Tests.Workflows;

/// <summary>Instances that cannot go on say so, take no others with them, and go on when the reason is gone.</summary>
public sealed class StallTests
{
    [Fact]
    public async Task A_history_that_fits_into_no_message_stalls_and_goes_on_under_a_larger_limit()
    {
        await using var mesh = new WorkflowMesh();
        var small = await mesh.SidecarAsync(more: ["--max-body-size", "200Ki"]);
        var client = mesh.Client(small);
        await mesh.Worker(small).Workflow("Wait", async run => $"{(await run.WaitForEvent("a"))!.Length}").StartAsync();
        await client.StartAsync("Wait", new string('i', 150_000), "large");
        await client.RaiseAsync("large", "a", new string('e', 100_000));

        var stalled = await client.StatusAsync("large", OrchestrationStatus.Stalled);
        Assert.Equal("Wait", stalled.Name);
        var last = (await client.HistoryAsync("large"))[^1].ExecutionStalled;
        Assert.Equal(StalledReason.PayloadSizeExceeded, last.Reason);
        Assert.Contains("exceeds 95% of max gRPC body size 204800 bytes; increase daprd --max-body-size and restart to resume",
            last.Description, StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<GrpcException>(() => client.RaiseAsync("large", "a"));
        Assert.Equal("workflow is stalled", refused.Detail);
        using var http = await small.Http.GetAsync("/v1.0/workflows/dapr/large");
        Assert.Contains("\"runtimeStatus\":\"UNKNOWN\"", await http.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        // Others go on.
        await client.StartAsync("Wait", "x", "small");
        await client.RaiseAsync("small", "a", "12345");
        Assert.Equal("5", (await client.CompletionAsync("small")).Output);

        await small.TerminateAsync();
        var large = await mesh.SidecarAsync(more: ["--max-body-size", "1Mi"]);
        await mesh.Worker(large).Workflow("Wait", async run => $"{(await run.WaitForEvent("a"))!.Length}").StartAsync();
        Assert.Equal("100000", (await mesh.Client(large).CompletionAsync("large")).Output);
    }

    [Fact]
    public async Task An_instance_that_stalled_over_its_size_can_be_terminated()
    {
        await using var mesh = new WorkflowMesh();
        var sidecar = await mesh.SidecarAsync(more: ["--max-body-size", "100Ki"]);
        var client = mesh.Client(sidecar);
        await mesh.Worker(sidecar).Workflow("Wait", run => run.WaitForEvent("a")).StartAsync();
        await client.StartAsync("Wait", new string('i', 99_000), "large");
        await client.StatusAsync("large", OrchestrationStatus.Stalled);
        await client.TerminateAsync("large", "too large");
        Assert.Equal("too large", (await client.CompletionAsync("large")).Output);
    }

    [Fact]
    public async Task Many_events_that_fit_one_by_one_come_one_after_the_other()
    {
        await using var mesh = new WorkflowMesh();
        var sidecar = await mesh.SidecarAsync(more: ["--max-body-size", "100Ki"]);
        var client = mesh.Client(sidecar);
        var worker = mesh.Worker(sidecar).Workflow("Take", async run =>
        {
            var taken = (await run.WaitForEvent("a"))!;
            if (run.Input == "3") return taken[..1];
            run.ContinueAsNew($"{int.Parse(run.Input!, null) + 1}");
            return null;
        });
        await client.StartAsync("Take", "0", "many"); // nobody is there to take them yet
        foreach (var letter in "abcd") await client.RaiseAsync("many", "a", new string(letter, 60_000));
        await worker.StartAsync();
        Assert.Equal("d", (await client.CompletionAsync("many")).Output);
    }

    [Fact]
    public async Task An_activity_whose_request_fits_into_no_message_stalls_its_workflow()
    {
        await using var mesh = new WorkflowMesh();
        var sidecar = await mesh.SidecarAsync(more: ["--max-body-size", "100Ki"]);
        var client = mesh.Client(sidecar);
        await mesh.Worker(sidecar).Activity("Echo", text => text)
            .Workflow("Big", run => run.CallActivity("Echo", new string('x', 99_000))).StartAsync();
        await client.StartAsync("Big", null, "big");
        await client.StatusAsync("big", OrchestrationStatus.Stalled);
        var last = (await client.HistoryAsync("big"))[^1].ExecutionStalled;
        Assert.StartsWith("activity 'Echo::0' payload ", last.Description, StringComparison.Ordinal);
        using var state = new StateFile(mesh.Folder.File("state.db"));
        Assert.Equal(0, state.Number("SELECT COUNT(*) FROM workflow_activities"));
    }

    [Fact]
    public async Task A_version_that_this_worker_lacks_waits_for_one_that_has_it()
    {
        await using var mesh = new WorkflowMesh();
        var sidecar = await mesh.SidecarAsync();
        var client = mesh.Client(sidecar);
        var old = mesh.Worker(sidecar).Workflow("Order", run => run.WaitForEvent("a"));
        old.Change = (_, response) =>
        {
            response.Actions.Clear();
            response.Actions.Add(new WorkflowAction { WorkflowVersionNotAvailable = new WorkflowVersionNotAvailableAction() });
        };
        await old.StartAsync();
        await client.StartAsync("Order", null, "one");
        Assert.Equal(OrchestrationStatus.Stalled, (await client.GetAsync("one"))!.WorkflowStatus);
        await old.StopAsync();
        await mesh.Worker(sidecar).Workflow("Order", _ => Task.FromResult<string?>("new")).StartAsync();
        Assert.Equal("new", (await client.CompletionAsync("one")).Output);
    }

    [Fact]
    public async Task Patched_code_goes_on_old_histories_and_unpatched_code_does_not_on_new_ones()
    {
        await using var mesh = new WorkflowMesh();
        var sidecar = await mesh.SidecarAsync();
        var client = mesh.Client(sidecar);
        var patched = mesh.Worker(sidecar).Activity("Echo", text => text).Workflow("Order", async run =>
        {
            if (run.IsPatched("greet")) await run.CallActivity("Echo", "hello");
            return await run.WaitForEvent("a");
        });
        await patched.StartAsync();
        await client.StartAsync("Order", null, "one");
        await patched.StopAsync();
        var unpatched = mesh.Worker(sidecar).Activity("Echo", text => text)
            .Workflow("Order", async run => await run.CallActivity("Echo", "hello") + await run.WaitForEvent("a"));
        await unpatched.StartAsync();
        await client.RaiseAsync("one", "a", "1");
        await client.StatusAsync("one", OrchestrationStatus.Stalled);
        Assert.Equal(StalledReason.PatchMismatch, (await client.HistoryAsync("one"))[^1].ExecutionStalled.Reason);
        await client.TerminateAsync("one", "given up");
        Assert.Equal(OrchestrationStatus.Terminated, (await client.GetAsync("one"))!.WorkflowStatus);
    }
}
