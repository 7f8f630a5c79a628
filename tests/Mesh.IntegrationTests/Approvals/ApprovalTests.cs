using System.Text.Json;
using McpMesh.IntegrationTests.BadInput;
using McpMesh.Testing;

namespace McpMesh.IntegrationTests.Approvals;

/// <summary>A call that a rule lets wait for a person: asked, decided by another, made once or not at all.</summary>
public sealed class ApprovalTests(ApprovalMesh mesh) : IClassFixture<ApprovalMesh>
{
    [Fact]
    public async Task A_client_that_can_be_asked_nothing_gets_the_address_and_after_the_approval_the_result_of_the_one_call()
    {
        var what = Unique("ask-");
        using var agent = new WaitingAgent(mesh, mesh.Sam);

        var first = await agent.CallAsync(what);
        Assert.Equal(4030, first.Code);
        var id = (string)first.Data("approval")!;
        Assert.Equal(new Uri(mesh.Mesh.Gateway, $"/approvals/{id}/page").AbsoluteUri, (string?)first.Data("url"));
        Assert.Equal(id, (string?)(await agent.CallAsync(what)).Data("approval"));
        Assert.Equal(0, mesh.Effects.EffectsOf(what));

        var (status, shown, _) = await mesh.GetAsync(mesh.Lea, $"/approvals/{id}");
        Assert.Equal((200, "pending", true), (status, (string?)shown["status"], (bool)shown["mayDecide"]!));
        Assert.Equal(what, (string?)shown["arguments"]!["what"]);
        Assert.EndsWith("|u-sam", (string?)shown["subject"], StringComparison.Ordinal);

        Assert.Equal(200, (await mesh.DecideAsync(mesh.Lea, id, "approve", "looks right")).Status);
        Assert.Equal(what + " 1", (await WaitingAgent.UntilAsync(() => agent.CallAsync(what), answer => answer.Code != 4030)).Text);
        Assert.Equal(1, mesh.Effects.EffectsOf(what));
    }

    [Fact]
    public async Task A_step_of_a_runbook_waits_for_another_person_who_sees_its_filled_in_arguments()
    {
        var what = Unique("step-");
        using var agent = new McpCaller(new Uri(mesh.Mesh.Gateway, "/mcp"));
        var run = agent.CallAsync(mesh.Sam, "runbooks.asked", JsonSerializer.Serialize(new { what }));

        string? id;
        for (var until = DateTimeOffset.UtcNow + TimeSpan.FromMinutes(1); (id = await FindAsync(what)) is null && DateTimeOffset.UtcNow < until;)
            await Task.Delay(100);
        Assert.Equal(0, mesh.Effects.EffectsOf(what));
        Assert.NotEqual(200, (await mesh.DecideAsync(mesh.Sam, id!, "approve")).Status);
        Assert.False(run.IsCompleted);
        Assert.Equal(200, (await mesh.DecideAsync(mesh.Lea, id!, "approve")).Status);

        using var result = JsonDocument.Parse((await run).Text!);
        Assert.Equal("success", result.RootElement.GetProperty("steps").GetProperty("put").GetProperty("outcome").GetString());
        Assert.Equal(1, mesh.Effects.EffectsOf(what));
    }

    private async Task<string?> FindAsync(string what)
    {
        var (_, list, _) = await mesh.GetAsync(mesh.Lea, "/approvals");
        return (string?)list["approvals"]!.AsArray()
            .FirstOrDefault(entry => (string?)entry!["method"] == "effects.put" && entry.ToJsonString().Contains(what, StringComparison.Ordinal))
            ?["id"];
    }

    [Fact]
    public async Task Every_step_of_an_approval_is_in_the_audit_log_and_the_arguments_are_not()
    {
        var what = Unique("ask-");
        using var agent = new WaitingAgent(mesh, mesh.Sam);
        var id = (string)(await agent.CallAsync(what)).Data("approval")!;
        await mesh.DecideAsync(mesh.Sam, id, "approve");
        await mesh.DecideAsync(mesh.Lea, id, "approve", "looks right");
        await WaitingAgent.UntilAsync(() => agent.CallAsync(what), answer => answer.Code != 4030);

        using var log = new AuditLog(mesh.Mesh);
        var asked = await log.ReadAsync(ClaimOf(mesh.Sam), records => Of(records, id).Count(IsOutcome) == 2 && Of(records, id).Count() == 5);
        Assert.Equal(
            ["approvals/ask intent", "approvals/ask outcome", "approvals/decide denial", "tools/call intent", "tools/call outcome"],
            Of(asked, id).Select(Describe).Order());
        var decided = await log.ReadAsync(ClaimOf(mesh.Lea), records => Of(records, id).Any(IsOutcome));
        Assert.Equal(["approvals/decide intent", "approvals/decide outcome"], Of(decided, id).Select(Describe).Order());
        Assert.DoesNotContain(asked.Concat(decided), record => record.GetRawText().Contains(what, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refused_call_is_not_made_and_says_who_refused_it_and_why()
    {
        var what = Unique("ask-");
        using var agent = new WaitingAgent(mesh, mesh.Sam);
        var id = (string)(await agent.CallAsync(what)).Data("approval")!;

        await mesh.DecideAsync(mesh.Lea, id, "refuse", "not today");
        var answer = await WaitingAgent.UntilAsync(() => agent.CallAsync(what), answer => answer.Code != 4030);

        Assert.Equal(4031, answer.Code);
        Assert.StartsWith("Refused by u-lea at ", answer.Reason, StringComparison.Ordinal);
        Assert.EndsWith(": not today", answer.Reason, StringComparison.Ordinal);
        Assert.Equal(0, mesh.Effects.EffectsOf(what));
    }

    [Fact]
    public async Task A_call_that_nobody_decides_in_time_is_not_made_and_cannot_be_approved_any_more()
    {
        var what = Unique("soon-");
        using var agent = new WaitingAgent(mesh, mesh.Sam);
        var id = (string)(await agent.CallAsync(what)).Data("approval")!;

        var answer = await WaitingAgent.UntilAsync(() => agent.CallAsync(what), answer => answer.Code != 4030);

        Assert.Equal(4031, answer.Code);
        Assert.StartsWith("Nobody decided before ", answer.Reason, StringComparison.Ordinal);
        var (status, body, _) = await mesh.DecideAsync(mesh.Lea, id, "approve");
        Assert.Equal((409, "expired"), (status, (string?)body["error"]));
        Assert.Equal(0, mesh.Effects.EffectsOf(what));
    }

    [Fact]
    public async Task Who_asks_cannot_decide_who_has_no_role_finds_nothing_and_one_decision_counts()
    {
        var what = Unique("ask-");
        using var agent = new WaitingAgent(mesh, mesh.Sam);
        var id = (string)(await agent.CallAsync(what)).Data("approval")!;

        Assert.Equal("four_eyes", (string?)(await mesh.DecideAsync(mesh.Sam, id, "approve")).Body["error"]);
        var foreign = await mesh.DecideAsync(mesh.Dana, id, "approve");
        var unknown = await mesh.DecideAsync(mesh.Lea, "approval-" + new string('0', 32), "approve");
        Assert.Equal((404, foreign.Body.ToJsonString()), (unknown.Status, unknown.Body.ToJsonString()));
        Assert.Equal(404, foreign.Status);
        Assert.Equal(404, (await mesh.GetAsync(mesh.Dana, $"/approvals/{id}")).Status);
        Assert.Equal(400, (await mesh.DecideAsync(mesh.Lea, id, "perhaps")).Status);

        Assert.Equal(200, (await mesh.DecideAsync(mesh.Lea, id, "refuse", "no")).Status);
        Assert.Equal(200, (await mesh.DecideAsync(mesh.Lea, id, "refuse", "no")).Status);
        var again = await mesh.DecideAsync(mesh.Lea, id, "approve");
        Assert.Equal((409, "decided"), (again.Status, (string?)again.Body["error"]));
    }

    [Fact]
    public async Task The_list_has_what_one_may_decide_and_what_one_asked_for()
    {
        using var agent = new WaitingAgent(mesh, mesh.Sam);
        var id = (string)(await agent.CallAsync(Unique("ask-"))).Data("approval")!;

        Assert.False(MayDecide((await mesh.GetAsync(mesh.Sam, "/approvals")).Body, id));
        Assert.True(MayDecide((await mesh.GetAsync(mesh.Lea, "/approvals")).Body, id));
        Assert.Empty((await mesh.GetAsync(mesh.Dana, "/approvals")).Body["approvals"]!.AsArray());
        var (status, _, challenge) = await mesh.GetAsync(null, "/approvals");
        Assert.Equal(401, status);
        Assert.Contains("resource_metadata=", challenge, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_opens_URLs_is_asked_and_its_retry_gets_the_result_of_the_same_call()
    {
        var what = Unique("ask-");
        using var agent = new WaitingAgent(mesh, mesh.Sam, WaitingAgent.OpensUrls);

        var asked = (await agent.CallAsync(what)).Result!;
        Assert.Equal("input_required", (string?)asked["resultType"]);
        var request = asked["inputRequests"]!["approval"]!;
        Assert.Equal(("elicitation/create", "url"), ((string?)request["method"], (string?)request["params"]!["mode"]));
        var url = new Uri((string)request["params"]!["url"]!);
        var state = (string)asked["requestState"]!;
        Assert.Equal("input_required", (string?)(await agent.CallAsync(what, state)).Result!["resultType"]);

        using var other = new WaitingAgent(mesh, mesh.Lea, WaitingAgent.OpensUrls);
        Assert.Equal(-32602, (await other.CallAsync(what, state)).Code);
        Assert.Equal(-32602, (await agent.CallAsync(Unique("ask-"), state)).Code);
        Assert.Equal(-32602, (await agent.CallAsync(what, "mesh:call-" + new string('0', 32))).Code);

        await mesh.DecideAsync(mesh.Lea, url.Segments[2].TrimEnd('/'), "approve");
        Assert.Equal(what + " 1", (await agent.CallAsync(what, state)).Text);
        Assert.Equal(1, mesh.Effects.EffectsOf(what));
    }

    [Fact]
    public async Task A_call_that_waits_outlives_all_gateways_and_is_made_once_when_it_is_approved()
    {
        var what = Unique("ask-");
        using var agent = new WaitingAgent(mesh, mesh.Sam, WaitingAgent.OpensUrls);
        var asked = (await agent.CallAsync(what)).Result!;
        var id = new Uri((string)asked["inputRequests"]!["approval"]!["params"]!["url"]!).Segments[2].TrimEnd('/');

        foreach (var gateway in MeshProcesses.Of(mesh.Mesh, "gateway")) await MeshProcesses.KillAsync(gateway);
        await mesh.Mesh.App.ResourceNotifications.WaitForResourceHealthyAsync("gateway").WaitAsync(TimeSpan.FromSeconds(90));
        using var again = new WaitingAgent(mesh, mesh.Sam, WaitingAgent.OpensUrls);
        var state = (string)asked["requestState"]!;
        await WaitingAgent.UntilAsync(() => again.CallAsync(what, state), answer => answer.Status == 200);
        Assert.Equal(0, mesh.Effects.EffectsOf(what));

        Assert.Equal(200, (await mesh.DecideAsync(mesh.Lea, id, "approve")).Status);
        var answer = await WaitingAgent.UntilAsync(() => again.CallAsync(what, state), answer => answer is { Status: 200, Text: not null });
        Assert.Equal(what + " 1", answer.Text);
        Assert.Equal(1, mesh.Effects.EffectsOf(what));
    }

    private static bool MayDecide(System.Text.Json.Nodes.JsonNode body, string id) =>
        (bool)body["approvals"]!.AsArray().Single(one => (string?)one!["id"] == id)!["mayDecide"]!;

    private static IEnumerable<JsonElement> Of(IEnumerable<JsonElement> records, string id) =>
        records.Where(record => Mesh(record).TryGetProperty("approval", out var approval) && approval.GetString() == id);

    private static bool IsOutcome(JsonElement record) => Mesh(record).GetProperty("kind").GetString() == "outcome";

    private static string Describe(JsonElement record) =>
        $"{record.GetProperty("api").GetProperty("operation").GetString()} {Mesh(record).GetProperty("kind").GetString()}";

    private static JsonElement Mesh(JsonElement record) => record.GetProperty("unmapped").GetProperty("mcpmesh");

    private static string ClaimOf(string token) => new CodeSignIn(token, "").Claim("txn");

    private static string Unique(string prefix) => $"{prefix}{Guid.NewGuid():N}";
}
