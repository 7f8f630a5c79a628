using System.Text.Json.Nodes;
using McpMesh.Audit;
using McpMesh.Identity;
using McpMesh.Identity.Tokens;
using McpMesh.TokenExchange.Tests.Harness;

namespace McpMesh.TokenExchange.Tests.Hops;

public sealed class HopTests : MeshServerTests
{
    [Fact]
    public async Task A_hop_gets_its_own_token_for_the_next_server_only()
    {
        var first = await Agent.GetTokensAsync();
        var (status, hop) = await Agent.HopAsync("gateway", Token(first), MeshServer.Logs, "logs.read");
        Assert.Equal(200, status);
        Assert.Equal("urn:ietf:params:oauth:token-type:access_token", (string?)hop["issued_token_type"]);
        var (before, after) = (Agent.Claims(first), Agent.Claims(hop));
        Assert.Equal(MeshServer.Logs, (string?)after["aud"]);
        Assert.Equal("gateway", (string?)after["client_id"]);
        Assert.Equal("logs.read", (string?)after["scope"]);
        Assert.Equal((string?)before["txn"], (string?)after["txn"]);
        Assert.Equal((string?)before["sid"], (string?)after["sid"]);
        Assert.NotEqual((string?)before["grant"]!["jti"], (string?)after["grant"]!["jti"]);
        Assert.Equal("""{"sub":"gateway","act":{"sub":"sample-agent"}}""", after["act"]!.ToJsonString());
        Assert.Equal((string?)after["jti"], (string?)hop["jti"]);
        Assert.Equal(2, Server.Audit.Records.Last(record => record.Kind == AuditEventKind.TokenIssued).Hop);
    }

    [Fact]
    public async Task A_third_hop_nests_one_more_actor_and_keeps_the_transaction()
    {
        var first = await Agent.GetTokensAsync();
        var (_, second) = await Agent.HopAsync("gateway", Token(first), MeshServer.Incidents, "incidents.summary.post analytics.query");
        var (status, third) = await Agent.HopAsync("adapter-incidents", Token(second), MeshServer.Analytics, "analytics.query");
        Assert.Equal(200, status);
        var claims = Agent.Claims(third);
        Assert.Equal("incidents", (string?)claims["client_id"]);
        Assert.Equal("""{"sub":"incidents","act":{"sub":"gateway","act":{"sub":"sample-agent"}}}""", claims["act"]!.ToJsonString());
        Assert.Equal((string?)Agent.Claims(first)["txn"], (string?)claims["txn"]);
    }

    [Theory]
    [InlineData("adapter-logs")]
    [InlineData("adapter-analytics")]
    [InlineData("policy")]
    [InlineData("")]
    public async Task A_caller_that_is_not_the_audience_is_refused(string caller)
    {
        var (status, body) = await Agent.HopAsync(caller, Token(await Agent.GetTokensAsync()), MeshServer.Logs, "logs.read");
        Assert.Equal(403, status);
        Assert.Equal("unauthorized_client", (string?)body["error"]);
        Assert.Contains(Server.Audit.Records, record => record.Kind == AuditEventKind.TokenRefused);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    public async Task A_request_that_did_not_come_through_the_sidecar_is_refused(string? appToken)
    {
        var (status, _) = await Agent.HopAsync("gateway", Token(await Agent.GetTokensAsync()), MeshServer.Logs, "logs.read", appToken);
        Assert.Equal(403, status);
    }

    [Theory]
    [InlineData(MeshServer.Logs, "logs.debug.write", "invalid_scope")]
    [InlineData(MeshServer.Logs, "logs.read analytics.query", "invalid_scope")]
    [InlineData(MeshServer.Incidents, "incidents.trigger", "invalid_scope")]
    [InlineData(MeshServer.Incidents, "analytics.query", "invalid_scope")]
    [InlineData(MeshServer.Gateway, "logs.read", "invalid_target")]
    [InlineData("https://foreign.example/mcp", "logs.read", "invalid_target")]
    public async Task Nobody_gains_by_a_hop(string resource, string scope, string error)
    {
        var (status, body) = await Agent.HopAsync("gateway", Token(await Agent.GetTokensAsync()), resource, scope);
        Assert.Equal(400, status);
        Assert.Equal(error, (string?)body["error"]);
        Assert.Equal(1, Server.Idp.IdJagCount);
    }

    [Fact]
    public async Task A_token_for_one_server_of_the_gateway_leads_to_that_server_only()
    {
        var parameters = Agent.AuthorizeParameters;
        parameters["resource"] = MeshServer.Gateway + "/incidents";
        parameters["scope"] = null;
        var form = Agent.CodeForm((await Agent.SignInAsync(parameters))["code"]);
        form["resource"] = MeshServer.Gateway + "/incidents";
        var (_, tokens) = await Agent.TokenAsync(form);
        Assert.Equal("analytics.query incidents.summary.post incidents.trigger", (string?)tokens["scope"]);
        var (_, body) = await Agent.HopAsync("gateway", Token(tokens), MeshServer.Analytics, "analytics.query");
        Assert.Equal("invalid_target", (string?)body["error"]);
        Assert.Equal(200, (await Agent.HopAsync("gateway", Token(tokens), MeshServer.Incidents, "incidents.trigger")).Status);
    }

    [Fact]
    public async Task A_chain_of_eight_actors_goes_no_further_and_is_not_cut()
    {
        var session = (string)Agent.Claims(await Agent.GetTokensAsync())["sid"]!;
        var seven = Subject(session, 7);
        var (status, hop) = await Agent.HopAsync("gateway", AccessTokenWriter.Write(seven, Server.Key), MeshServer.Logs, "logs.read");
        Assert.Equal(200, status);
        Assert.Equal(8, Depth(Agent.Claims(hop)["act"]));
        var (refused, body) = await Agent.HopAsync("gateway", AccessTokenWriter.Write(Subject(session, 8), Server.Key), MeshServer.Logs,
            "logs.read");
        Assert.Equal(400, refused);
        Assert.Contains("8", (string?)body["error_description"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expired")]
    [InlineData("foreign key")]
    [InlineData("id-jag")]
    public async Task A_bad_subject_token_is_an_invalid_request(string kind)
    {
        var token = kind switch
        {
            "foreign key" => AccessTokenWriter.Write(Subject("s", 1), McpMesh.Identity.Jose.SigningKey.Generate()),
            "id-jag" => Server.Idp.Sign(Server.Idp.IdJagClaims("ema-agent", MeshServer.Gateway, "logs.read")),
            _ => Token(await Agent.GetTokensAsync()),
        };
        if (kind == "expired") Server.Clock.Advance(TimeSpan.FromMinutes(11) + TimeSpan.FromSeconds(1));
        var (status, body) = await Agent.HopAsync("gateway", token, MeshServer.Logs, "logs.read");
        Assert.Equal(400, status);
        Assert.Equal("invalid_request", (string?)body["error"]);
    }

    [Fact]
    public async Task A_user_without_session_must_sign_in_and_may_then_go_on()
    {
        var idJag = Server.Idp.Sign(Server.Idp.IdJagClaims("ema-agent", MeshServer.Gateway, "logs.read"));
        var token = Token((await Agent.PresentAsync(idJag)).Body);
        var (status, body) = await Agent.HopAsync("gateway", token, MeshServer.Logs, "logs.read");
        Assert.Equal(403, status);
        Assert.Equal("login_required", (string?)body["error"]);
        var signIn = new Uri((string)body["sign_in_url"]!);

        using var page = await Server.NewBrowser().OpenAsync(signIn);
        Assert.Contains("signed in", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(200, (await Agent.HopAsync("gateway", token, MeshServer.Logs, "logs.read")).Status);
    }

    [Fact]
    public async Task Another_users_session_is_of_no_use()
    {
        Server.Idp.User = "u-sam";
        await Agent.SignInAsync();
        Server.Idp.User = "u-dana";
        var idJag = Server.Idp.Sign(Server.Idp.IdJagClaims("ema-agent", MeshServer.Gateway, "logs.read"));
        var token = Token((await Agent.PresentAsync(idJag)).Body);
        Assert.Equal("login_required", (string?)(await Agent.HopAsync("gateway", token, MeshServer.Logs, "logs.read")).Body["error"]);
    }

    [Fact]
    public async Task A_session_that_ended_refuses_also_what_is_cached()
    {
        var token = Token(await Agent.GetTokensAsync());
        Assert.Equal(200, (await Agent.HopAsync("gateway", token, MeshServer.Logs, "logs.read")).Status);
        Server.State.Clear("session");
        Assert.Equal("login_required", (string?)(await Agent.HopAsync("gateway", token, MeshServer.Logs, "logs.read")).Body["error"]);
    }

    [Fact]
    public async Task A_dead_idp_is_temporary_and_a_cached_grant_still_serves()
    {
        var token = Token(await Agent.GetTokensAsync());
        Assert.Equal(200, (await Agent.HopAsync("gateway", token, MeshServer.Logs, "logs.read")).Status);
        Server.Idp.IsDown = true;
        Assert.Equal(200, (await Agent.HopAsync("gateway", token, MeshServer.Logs, "logs.read")).Status);
        var (status, body) = await Agent.HopAsync("gateway", token, MeshServer.Analytics, "analytics.query");
        Assert.Equal(503, status);
        Assert.Equal("temporarily_unavailable", (string?)body["error"]);
    }

    [Fact]
    public async Task Fifty_parallel_hops_make_one_id_jag()
    {
        var token = Token(await Agent.GetTokensAsync());
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Server.Idp.Gate = gate.Task;
        var hops = Enumerable.Range(0, 50).Select(_ => Agent.HopAsync("gateway", token, MeshServer.Logs, "logs.read")).ToArray();
        gate.SetResult();
        var answers = await Task.WhenAll(hops);
        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        // One for the first token, one for all hops.
        Assert.Equal(2, Server.Idp.IdJagCount);
        Assert.Equal(50, answers.Select(answer => (string?)answer.Body["jti"]).Distinct().Count());
    }

    private static string Token(JsonObject body) => (string)body["access_token"]!;

    private static int Depth(JsonNode? act) => act is null ? 0 : 1 + Depth(act["act"]);

    private AccessToken Subject(string session, int depth) => new()
    {
        Issuer = MeshServer.Issuer,
        Subject = "u-dana",
        Audience = MeshServer.Gateway,
        ClientId = "sample-agent",
        TokenId = $"subject-{depth}",
        Scopes = ["logs.read"],
        Groups = [],
        IssuedAt = Server.Clock.GetUtcNow(),
        ExpiresAt = Server.Clock.GetUtcNow().AddMinutes(5),
        Transaction = "txn-1",
        Session = session,
        Actors = new([.. Enumerable.Range(0, depth).Select(number => $"actor-{number}")]),
        Grant = new(OrganizationIdp.Issuer, "jag-0"),
    };
}
