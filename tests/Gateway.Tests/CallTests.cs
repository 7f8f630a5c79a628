using McpMesh.Audit;
using McpMesh.Gateway.Tests.Mesh;
using McpMesh.Identity;
using McpMesh.Policy;

namespace McpMesh.Gateway.Tests;

public sealed class CallTests
{
    [Fact]
    public async Task A_permitted_call_reaches_its_server_under_its_own_name_with_its_own_token()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();

        var (status, json) = await agent.CallAsync("echo.say", """{"text":"hi"}""", "\"a-1\"");

        Assert.Equal(200, status);
        Assert.Equal("a-1", (string?)json["id"]);
        Assert.Equal("hi", (string?)json["result"]!["content"]![0]!["text"]);
        var seen = Assert.Single(mesh.Echo.Requests);
        Assert.Equal("say", seen.Name);
        Assert.Equal("say", seen.Headers["Mcp-Name"]);
        Assert.Equal("tools/call", seen.Headers["Mcp-Method"]);
        Assert.Equal("Bearer hop.dana.echo.say", seen.Headers["Authorization"]);
    }

    [Fact]
    public async Task Every_byte_but_the_name_reaches_the_server_as_it_was_sent()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();
        var body = "{ \"params\" : {" + TestAgent.Meta +
            ", \"x\" : [1.50, 1e3],\t\"arguments\":{\"t\":\"\\u00e9é\\/<>\"},\"name\":\"echo.say\" },"
            + "\"method\":\"tools\\/call\",\"extra\":null,\"id\" : 7, \"jsonrpc\":\"2.0\" } ";

        await agent.AskAsync(agent.Modern(body));

        Assert.Equal(body.Replace("\"echo.say\"", "\"say\"", StringComparison.Ordinal), Assert.Single(mesh.Echo.Requests).Body);
    }

    [Fact]
    public async Task A_name_that_is_written_with_escapes_reaches_the_server_as_its_own_name_too()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();
        var body = TestAgent.Call("echo.say").Replace("echo.say", "echo\\u002esa\\u0079", StringComparison.Ordinal);

        await agent.AskAsync(agent.Modern(body));

        Assert.Equal("say", Assert.Single(mesh.Echo.Requests).Name);
    }

    [Fact]
    public async Task A_server_of_the_mesh_is_invoked_through_the_sidecar()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();

        var (status, _) = await agent.CallAsync("logs.read");

        Assert.Equal(200, status);
        var seen = Assert.Single(mesh.Logs.Requests);
        Assert.Equal("/v1.0/invoke/adapter-logs/method/mcp", seen.Path);
        Assert.Equal("sidecar-token", seen.Headers["dapr-api-token"]);
    }

    [Fact]
    public async Task The_hop_is_asked_for_the_method_and_those_onward_methods_that_the_caller_holds()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();

        await agent.CallAsync("logs.read");

        Assert.Equal(("dana", "https://logs.test/mcp", "logs.read echo.say"), Assert.Single(mesh.Hops.Asked));
    }

    [Fact]
    public async Task Only_the_headers_on_the_list_go_through()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();

        await agent.AskAsync(agent.Modern(TestAgent.Call("echo.say"), request =>
        {
            request.Headers.Add("Cookie", "a=b");
            request.Headers.Add("X-Forwarded-For", "1.2.3.4");
            request.Headers.Add("dapr-api-token", "stolen");
            request.Headers.Add("Mcp-Param-Region", "eu");
            request.Headers.Add("Idempotency-Key", "k-1");
        }));

        var seen = Assert.Single(mesh.Echo.Requests).Headers;
        Assert.Equal("eu", seen["Mcp-Param-Region"]);
        Assert.Equal("k-1", seen["Idempotency-Key"]);
        Assert.False(seen.ContainsKey("Cookie") || seen.ContainsKey("X-Forwarded-For") || seen.ContainsKey("dapr-api-token"));
    }

    [Fact]
    public async Task A_call_leaves_an_intent_and_an_outcome_that_belong_together()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();

        await agent.CallAsync("echo.say", """{"text":"secret words"}""");

        var outcome = await mesh.Audit.OutcomeAsync();
        var intent = mesh.Audit.Single(AuditEventKind.Intent);
        Assert.Equal(intent.CallId, outcome.CallId);
        Assert.Equal("success", outcome.Outcome);
        Assert.Equal(("gateway", "txn-1", 1, "https://idp.test|dana", "echo.say"),
            (intent.Emitter, intent.Transaction, intent.Hop, intent.Subject, intent.Method));
        Assert.Equal(("permit", "role:developer"), (intent.Decision, intent.Rule));
        Assert.StartsWith("jag-", intent.IdJagId, StringComparison.Ordinal);
        Assert.StartsWith("sha256:", intent.ArgumentDigest, StringComparison.Ordinal);
        Assert.Equal(2, mesh.Audit.Events.Count);
    }

    [Fact]
    public async Task A_denied_call_never_reaches_the_server_and_leaves_one_denial()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();

        var (status, json) = await agent.CallAsync("logs.debug.write");

        Assert.Equal(200, status);
        Assert.Equal(4030, (int)json["error"]!["code"]!);
        Assert.Equal("logs.debug.write", (string?)json["error"]!["data"]!["method"]);
        Assert.Equal("txn-1", (string?)json["error"]!["data"]!["txn"]);
        Assert.NotEmpty((string)json["error"]!["data"]!["reason"]!);
        Assert.Empty(mesh.Logs.Requests);
        Assert.Empty(mesh.Hops.Asked);
        var denial = Assert.Single(mesh.Audit.Events);
        Assert.Equal(
            (AuditEventKind.Denial, "denied", "deny", "logs.debug.write"), (denial.Kind, denial.Outcome, denial.Decision, denial.Method));
    }

    [Fact]
    public async Task A_token_without_the_scope_is_told_which_scope_to_get()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent(scopes: "logs.read");

        using var response = await agent.SendAsync(agent.Modern(TestAgent.Call("echo.say")));

        Assert.Equal(403, (int)response.StatusCode);
        var challenge = response.Headers.WwwAuthenticate.ToString();
        Assert.Contains("error=\"insufficient_scope\"", challenge, StringComparison.Ordinal);
        Assert.Contains("scope=\"echo.say\"", challenge, StringComparison.Ordinal);
        Assert.Contains(
            "resource_metadata=\"http://127.0.0.1:8080/.well-known/oauth-protected-resource/mcp\"", challenge, StringComparison.Ordinal);
        mesh.Audit.Single(AuditEventKind.Denial);
    }

    [Fact]
    public async Task A_call_that_cannot_be_recorded_is_not_made()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();
        mesh.Audit.IsDown = true;

        var (status, json) = await agent.CallAsync("echo.say");

        Assert.Equal(200, status);
        Assert.Equal(5031, (int)json["error"]!["code"]!);
        Assert.Empty(mesh.Echo.Requests);
        Assert.Empty(mesh.Hops.Asked);
    }

    [Fact]
    public async Task A_rule_may_relax_the_record_of_a_call()
    {
        await using var mesh = await TestMesh.StartAsync(
            rules: new PolicyRule { Id = "cheap", Methods = ["echo.say"], Effect = null, Audit = "relaxed" });
        using var agent = mesh.Agent();
        mesh.Audit.IsDown = true;

        var (_, json) = await agent.CallAsync("echo.say");

        Assert.NotNull(json["result"]);
        mesh.Audit.Single(AuditEventKind.Intent);
    }

    [Fact]
    public async Task A_hop_without_a_token_is_an_error_that_says_where_to_sign_in()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();
        mesh.Hops.Refusal = new HopTokenException("login_required", "The user has no session.", new Uri("https://as.test/authorize"));

        var (status, json) = await agent.CallAsync("echo.say");

        Assert.Equal(200, status);
        Assert.Equal(5032, (int)json["error"]!["code"]!);
        Assert.Equal("https://as.test/authorize", (string?)json["error"]!["data"]!["url"]);
        Assert.Equal("failed", (await mesh.Audit.OutcomeAsync()).Outcome);
        Assert.Empty(mesh.Echo.Requests);
    }

    [Theory]
    [InlineData("nowhere.say")]
    [InlineData("echo.unknown")]
    [InlineData("say")]
    [InlineData("")]
    public async Task An_unknown_tool_is_an_invalid_parameter_and_leaves_one_denial(string name)
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();

        var (_, json) = await agent.CallAsync(name);

        Assert.Equal(-32602, (int)json["error"]!["code"]!);
        Assert.Empty(mesh.Echo.Requests);
        mesh.Audit.Single(AuditEventKind.Denial);
    }

    [Fact]
    public async Task The_path_of_one_server_uses_its_names_without_prefix()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent(path: "/mcp/echo", audience: TestMesh.PublicUrl + "/mcp/echo");

        var (_, json) = await agent.CallAsync("say", """{"text":"hi"}""");

        Assert.Equal("hi", (string?)json["result"]!["content"]![0]!["text"]);
        Assert.Equal("echo.say", mesh.Audit.Single(AuditEventKind.Intent).Method);
    }

    [Fact]
    public async Task A_role_taken_away_is_gone_at_the_next_call()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();
        Assert.NotNull((await agent.CallAsync("echo.say")).Json["result"]);

        mesh.Policies.Current = PolicyEngine.Compile(TestMesh.Document(["logs.read"]));

        Assert.Equal(4030, (int)(await agent.CallAsync("echo.say")).Json["error"]!["code"]!);
        Assert.Single(mesh.Echo.Requests);
    }

    [Fact]
    public async Task Without_a_policy_every_call_is_refused()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();
        mesh.Policies.Current = null;

        Assert.Equal(4030, (int)(await agent.CallAsync("echo.say")).Json["error"]!["code"]!);
        Assert.Equal(4030, (int)(await agent.ListAsync()).Json["error"]!["code"]!);
    }

    [Fact]
    public async Task Two_hundred_callers_at_once_each_get_their_own_answer()
    {
        await using var mesh = await TestMesh.StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            using var agent = mesh.Agent(subject: $"user-{i}");
            for (var round = 0; round < 3; round++)
            {
                // All callers use the same id, so an answer can only be told by what it says.
                var (_, json) = await agent.CallAsync("echo.say", $$"""{"text":"{{i}}-{{round}}"}""");
                Assert.Equal($"{i}-{round}", (string?)json["result"]!["content"]![0]!["text"]);
            }
        }));

        Assert.All(mesh.Echo.Requests, request =>
            Assert.Equal(
                $"Bearer hop.user-{((string)request.Json["params"]!["arguments"]!["text"]!).Split('-')[0]}.echo.say",
                request.Headers["Authorization"]));
        Assert.Equal(600, mesh.Audit.Events.Count(e => e.Kind == AuditEventKind.Intent));
    }
}
