namespace McpMesh.IntegrationTests.Approvals;

/// <summary>The extension <c>io.modelcontextprotocol/tasks</c> over raw HTTP.</summary>
public sealed class TaskTests(ApprovalMesh mesh) : IClassFixture<ApprovalMesh>
{
    [Fact]
    public async Task A_call_that_waits_is_a_task_and_its_result_is_had_from_the_task()
    {
        var what = Unique("ask-");
        using var agent = new WaitingAgent(mesh, mesh.Sam, WaitingAgent.KnowsBoth);
        var created = (await agent.CallAsync(what)).Result!;
        Assert.Equal(("task", "input_required"), ((string?)created["resultType"], (string?)created["status"]));
        var task = (string)created["taskId"]!;

        var pending = (await agent.TaskAsync("tasks/get", task)).Result!;
        Assert.Equal("input_required", (string?)pending["status"]);
        var url = new Uri((string)pending["inputRequests"]!["approval"]!["params"]!["url"]!);
        await agent.TaskAsync("tasks/update", task);

        await mesh.DecideAsync(mesh.Lea, url.Segments[2].TrimEnd('/'), "approve");
        var done = await WaitingAgent.UntilAsync(
            () => agent.TaskAsync("tasks/get", task), answer => (string?)answer.Result?["status"] == "completed");
        Assert.Equal(what + " 1", (string?)done.Result!["result"]!["content"]![0]!["text"]);
        Assert.Equal(1, mesh.Effects.EffectsOf(what));
    }

    [Fact]
    public async Task A_slow_call_is_a_task_that_a_cancellation_does_not_stop_once_it_is_on_its_way()
    {
        var what = Unique("slow-");
        var held = mesh.Effects.Hold(what);
        using var agent = new WaitingAgent(mesh, mesh.Sam, WaitingAgent.KnowsTasks);

        var created = (await agent.CallAsync(what)).Result!;
        Assert.Equal(("task", "working"), ((string?)created["resultType"], (string?)created["status"]));
        var task = (string)created["taskId"]!;
        Assert.NotNull((await agent.TaskAsync("tasks/cancel", task)).Result);
        var going = (await agent.TaskAsync("tasks/get", task)).Result!;
        Assert.Equal("working", (string?)going["status"]);
        Assert.Contains("cannot be taken back", (string?)going["statusMessage"], StringComparison.Ordinal);

        held.Release();
        await WaitingAgent.UntilAsync(() => agent.TaskAsync("tasks/get", task), answer => (string?)answer.Result?["status"] == "completed");
        Assert.Equal(1, mesh.Effects.EffectsOf(what));
    }

    [Fact]
    public async Task A_waiting_call_that_is_cancelled_is_never_made_and_cannot_be_approved()
    {
        var what = Unique("ask-");
        using var agent = new WaitingAgent(mesh, mesh.Sam, WaitingAgent.KnowsTasks);
        var created = (await agent.CallAsync(what)).Result!;
        Assert.Equal("working", (string?)created["status"]);
        Assert.Null(created["inputRequests"]);
        var id = ((string)created["statusMessage"]!).Split('/')[^2];

        await agent.TaskAsync("tasks/cancel", (string)created["taskId"]!);
        await WaitingAgent.UntilAsync(
            () => agent.TaskAsync("tasks/get", (string)created["taskId"]!), answer => (string?)answer.Result?["status"] == "cancelled");

        Assert.Equal(409, (await mesh.DecideAsync(mesh.Lea, id, "approve")).Status);
        Assert.Equal(0, mesh.Effects.EffectsOf(what));
    }

    [Fact]
    public async Task Anothers_task_and_one_that_never_was_are_not_found_and_a_client_must_declare_the_extension()
    {
        using var agent = new WaitingAgent(mesh, mesh.Sam, WaitingAgent.KnowsTasks);
        var task = (string)(await agent.CallAsync(Unique("ask-"))).Result!["taskId"]!;
        using var other = new WaitingAgent(mesh, mesh.Lea, WaitingAgent.KnowsTasks);
        using var plain = new WaitingAgent(mesh, mesh.Sam);

        foreach (var method in new[] { "tasks/get", "tasks/update", "tasks/cancel" })
        {
            var foreign = await other.TaskAsync(method, task);
            var unknown = await other.TaskAsync(method, "call-" + new string('0', 32));
            Assert.Equal((-32602, foreign.Reason), (unknown.Code, unknown.Reason));
            Assert.Equal(-32602, foreign.Code);
            var undeclared = await plain.TaskAsync(method, task);
            Assert.Equal((400, -32021), (undeclared.Status, undeclared.Code));
        }

        Assert.Equal("working", (string?)(await agent.TaskAsync("tasks/get", task)).Result!["status"]);
    }

    private static string Unique(string prefix) => $"{prefix}{Guid.NewGuid():N}";
}
