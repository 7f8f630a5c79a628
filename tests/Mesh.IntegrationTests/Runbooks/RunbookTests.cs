using System.Text.Json;
using System.Text.Json.Nodes;
using McpMesh.Audit;
using McpMesh.IntegrationTests.BadInput;
using McpMesh.IntegrationTests.Durable;
using McpMesh.Testing;

namespace McpMesh.IntegrationTests.Runbooks;

/// <summary>Runbooks in the real mesh: one tool for the agent, a durable call with a token of its own for every step.</summary>
public sealed class RunbookTests(DurableMesh durable) : IClassFixture<DurableMesh>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task The_incident_triage_runs_with_a_hop_token_and_records_of_its_own_for_every_step()
    {
        string[] steps = ["errors", "orders", "cost", "open", "summary"];
        using var trail = await AuditTrail.FromNowAsync(durable.Mesh, record => record.Transaction == Claim(durable.Token, "txn"));
        using var agent = Agent();

        var result = await CallAsync(agent, durable.Token, "runbooks.incident-triage", new
        {
            service = "checkout",
            title = "Checkout fails since 14:02 UTC",
            severity = "high",
            from = "2026-11-19T14:00:00Z",
            to = "2026-11-19T14:45:00Z",
        });

        Assert.All(steps, step => Assert.Equal("success", (string?)result["steps"]![step]!["outcome"]));
        Assert.StartsWith("INC-", (string?)result["output"]!["incident"], StringComparison.Ordinal);
        Assert.NotEmpty(result["output"]!["orders"]!.AsArray());
        Assert.True((long)result["output"]!["figures"]!["failedOrders"]! > 0, result.ToJsonString());

        var calls = steps.Select(step => (string)result["steps"]![step]!["callId"]!).ToArray();
        var records = await trail.ReadAsync(all =>
            calls.All(call => all.Any(r => r.CallId == call && r.Kind == AuditEventKind.Outcome))
            && all.Any(r => r is { Method: "runbooks.incident-triage", Kind: AuditEventKind.Outcome }));
        Assert.All(calls, call => Assert.Equal(
            [(AuditEventKind.Intent, null), (AuditEventKind.Outcome, "success")],
            records.Where(r => r.CallId == call).OrderBy(r => r.Kind).Select(r => (r.Kind, r.Outcome))));
        var tokens = records.Where(r => r is { Emitter: not "gateway", Hop: 2, Kind: AuditEventKind.Intent })
            .Select(r => r.AccessTokenId).ToList();
        Assert.Equal(steps.Length, tokens.Count);
        Assert.Equal(steps.Length, tokens.Append(Claim(durable.Token, "jti")).Distinct().Count() - 1);
    }

    [Fact]
    public async Task When_a_step_fails_what_was_done_is_taken_back_the_last_first()
    {
        var what = Unique();
        using var agent = Agent();

        var result = await CallAsync(agent, durable.Token, "runbooks.taken-back", new { what, items = new[] { what + "-a", what + "-b" } });

        Assert.Equal(
            [what, what + "-a", what + "-b", $"undo {what}-b 1", $"undo {what}-a 1", $"undo {what} 1"], durable.Effects.EffectsWith(what));
        var steps = result["steps"]!;
        Assert.Equal("Step broken ended as failed: The tool reported an error.", (string?)result["reason"]);
        Assert.EndsWith("-broken_r2", (string?)steps["broken"]!["callId"], StringComparison.Ordinal);
        Assert.Contains("nowhere", (string?)steps["broken"]!["detail"], StringComparison.Ordinal);
        Assert.Equal("success", (string?)steps["first"]!["compensation"]!["outcome"]);
        Assert.Equal(
            ["success", "success"], steps["each"]!["items"]!.AsArray().Select(item => (string?)item!["compensation"]!["outcome"]));
        Assert.Null(steps["never"]);
        Assert.Equal(0, durable.Effects.EffectsOf("never"));
    }

    [Fact]
    public async Task A_step_for_each_item_makes_as_many_calls_at_once_as_it_may()
    {
        var what = Unique();
        string[] items = [what + "-0", what + "-1", what + "-2", "skip", what + "-4"];
        var (first, second) = (durable.Effects.Hold(items[0]), durable.Effects.Hold(items[1]));
        using var agent = Agent();

        var call = CallAsync(agent, durable.Token, "runbooks.each", new { items });
        await Task.WhenAll(first.Arrived, second.Arrived).WaitAsync(Patience);
        first.Release();
        second.Release();
        var result = await call;

        Assert.Equal(2, durable.Effects.MostAtOnce(what));
        Assert.Equal(
            [items[0] + " 1", items[1] + " 1", items[2] + " 1", null, items[4] + " 1"],
            result["output"]!.AsArray().Select(value => (string?)value?[0]!["text"]));
        Assert.Equal("skipped", (string?)result["steps"]!["each"]!["items"]![3]!["outcome"]);
    }

    [Fact]
    public async Task A_list_that_is_too_long_fails_the_step_before_its_first_call()
    {
        var what = Unique();
        using var agent = Agent();

        var result = await CallAsync(agent, durable.Token, "runbooks.each", new { items = Enumerable.Repeat(what, 7) });

        Assert.Equal("Step each ended as failed: /input/items has 7 items, more than 6.", (string?)result["reason"]);
        Assert.Equal(0, durable.Effects.EffectsOf(what));
    }

    [Fact]
    public async Task A_step_that_takes_too_long_is_unknown_and_not_repeated_and_the_others_are_taken_back()
    {
        var what = Unique();
        var held = durable.Effects.Hold(what + " late");
        using var agent = Agent();

        var result = await CallAsync(agent, durable.Token, "runbooks.late", new { what });
        held.Release();

        Assert.Equal("unknown", (string?)result["steps"]!["late"]!["outcome"]);
        Assert.EndsWith("-late", (string?)result["steps"]!["late"]!["callId"], StringComparison.Ordinal);
        Assert.Equal("success", (string?)result["steps"]!["first"]!["compensation"]!["outcome"]);
        Assert.Equal(1, durable.Effects.EffectsOf("undo" + what));
    }

    [Fact]
    public async Task A_step_that_the_user_may_not_do_is_denied_when_it_runs_and_on_record()
    {
        var what = Unique();
        await using var session = await durable.Mesh.SignInAsync("dana", "dana-dev-password");
        using var trail = await AuditTrail.FromNowAsync(
            durable.Mesh, record => record.Transaction == Claim(session.AccessToken, "txn") && record.Method == "effects.act");
        using var agent = Agent();

        var result = await CallAsync(agent, session.AccessToken, "runbooks.taken-back", new { what, items = Array.Empty<string>() });

        Assert.Equal("denied", (string?)result["steps"]!["first"]!["outcome"]);
        Assert.Empty(durable.Effects.EffectsWith(what));
        var records = await trail.ReadAsync(all => all.Count > 0);
        Assert.Equal([(AuditEventKind.Denial, "denied", "deny")], records.Select(r => (r.Kind, r.Outcome!, r.Decision!)));
    }

    [Fact]
    public async Task A_run_survives_the_gateways_and_an_agent_that_asks_again_gets_its_result()
    {
        var what = Unique();
        var held = durable.Effects.Hold(what + " put");
        using (var lost = Agent())
        {
            var call = PostAsync(lost, durable.Token, "runbooks.survives", new { what });
            await held.Arrived.WaitAsync(Patience);
            foreach (var gateway in MeshProcesses.Of(durable.Mesh, "gateway")) await MeshProcesses.KillAsync(gateway);
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => call);
        }

        held.Release();
        var result = await AskAgainAsync("runbooks.survives", new { what });

        Assert.Equal((what + " act 1", what + " each 1"), ((string?)result["output"]!["act"], (string?)result["output"]!["each"]));
        Assert.Equal("skipped", (string?)result["steps"]!["more"]!["outcome"]);
        Assert.Equal((1, 1), (durable.Effects.EffectsOf(what + " act"), durable.Effects.EffectsOf(what + " each")));
    }

    [Fact]
    public async Task Runbooks_are_listed_for_whoever_may_use_them()
    {
        await using var dana = await durable.Mesh.SignInAsync("dana", "dana-dev-password");
        await using var sam = await durable.Mesh.SignInAsync("sam", "sam-dev-password");

        var danas = await dana.Work.ListToolsAsync();
        var sams = await sam.Work.ListToolsAsync();

        Assert.Equal(["runbooks.taken-back"], danas.Select(tool => tool.Name).Where(IsRunbook));
        Assert.Equal(
            ["runbooks.each", "runbooks.incident-triage", "runbooks.late", "runbooks.survives", "runbooks.taken-back"],
            sams.Select(tool => tool.Name).Where(IsRunbook).Order());
        var triage = sams.Single(tool => tool.Name == "runbooks.incident-triage");
        Assert.Equal(5, triage.JsonSchema.GetProperty("required").GetArrayLength());
        Assert.NotEmpty(triage.Description);
    }

    [Theory]
    [InlineData("runbooks.taken-back", """{"what":1,"items":[]}""", -32602, "params.arguments/what must be of type string.")]
    [InlineData("runbooks.taken-back", """{"items":[]}""", -32602, "params.arguments/what is required.")]
    [InlineData("runbooks.incident-triage", "{}", 4030, null)]
    [InlineData("runbooks.nothing", "{}", -32602, null)]
    public async Task A_call_that_does_not_fit_is_refused_before_anything_is_done(string tool, string arguments, int code, string? reason)
    {
        await using var session = await durable.Mesh.SignInAsync("dana", "dana-dev-password");
        using var agent = Agent();

        var answer = await agent.CallAsync(session.AccessToken, tool, arguments);

        Assert.Equal(code, answer.Code);
        if (reason is not null) Assert.Equal(reason, answer.Reason);
    }

    private static bool IsRunbook(string name) => name.StartsWith("runbooks.", StringComparison.Ordinal);

    private async Task<JsonNode> AskAgainAsync(string tool, object arguments)
    {
        await durable.Mesh.App.ResourceNotifications.WaitForResourceHealthyAsync("gateway").WaitAsync(Patience);
        for (var until = DateTimeOffset.UtcNow + Patience; ;)
        {
            using var agent = Agent();
            try
            {
                if (await PostAsync(agent, durable.Token, tool, arguments) is { Status: < 500 } answer) return Structured(answer);
            }
            catch (HttpRequestException) when (DateTimeOffset.UtcNow < until)
            {
                // The balancer has not noticed yet, or nobody is back.
            }

            if (DateTimeOffset.UtcNow > until) throw new TimeoutException("No gateway answered.");
            await Task.Delay(100);
        }
    }

    private McpCaller Agent() => new(new Uri(durable.Mesh.Gateway, "/mcp"));

    private static async Task<JsonNode> CallAsync(McpCaller agent, string token, string tool, object arguments) =>
        Structured(await PostAsync(agent, token, tool, arguments));

    private static JsonNode Structured(McpAnswer answer)
    {
        Assert.True(answer.Text is not null, answer.Body);
        return JsonNode.Parse(answer.Text)!;
    }

    private static Task<McpAnswer> PostAsync(McpCaller agent, string token, string tool, object arguments) =>
        agent.CallAsync(token, tool, JsonSerializer.Serialize(arguments));

    private static string Claim(string token, string name)
    {
        using var claims = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]));
        return claims.RootElement.GetProperty(name).GetString()!;
    }

    private static string Unique() => $"effect-{Guid.NewGuid():N}";
}
