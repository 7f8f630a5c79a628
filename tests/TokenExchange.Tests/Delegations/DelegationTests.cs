using System.Text.Json.Nodes;
using McpMesh.Audit;
using McpMesh.Identity;
using McpMesh.Identity.Tokens;
using McpMesh.TokenExchange.Sessions;
using McpMesh.TokenExchange.Tests.Harness;
using McpMesh.TokenExchange.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace McpMesh.TokenExchange.Tests.Delegations;

public sealed class DelegationTests : MeshServerTests
{
    private const string Unusable = "subject_token: is no delegation that this caller may use.";

    [Fact]
    public async Task A_delegation_yields_hop_tokens_of_the_same_chain_after_the_inbound_token_expired()
    {
        var tokens = await Agent.GetTokensAsync();
        var before = Agent.Claims(tokens);
        var handle = await DelegateAsync(tokens);
        Server.Clock.Advance(TimeSpan.FromHours(9));
        Assert.Equal(400, (await Agent.HopAsync("gateway", Token(tokens), MeshServer.Logs, "logs.read")).Status);
        var (status, hop) = await HopAsync(handle);
        Assert.True(status == 200, hop.ToJsonString());
        var after = Agent.Claims(hop);
        Assert.Equal(MeshServer.Logs, (string?)after["aud"]);
        Assert.Equal("logs.read", (string?)after["scope"]);
        Assert.Equal("u-dana", (string?)after["sub"]);
        Assert.Equal((string?)before["txn"], (string?)after["txn"]);
        Assert.Equal((string?)before["sid"], (string?)after["sid"]);
        Assert.NotEqual((string?)before["grant"]!["jti"], (string?)after["grant"]!["jti"]);
        Assert.Equal("""{"sub":"gateway","act":{"sub":"sample-agent"}}""", after["act"]!.ToJsonString());
        var record = Server.Audit.Records.Last(record => record.Kind == AuditEventKind.TokenIssued);
        Assert.Equal((2, (string?)before["txn"]), (record.Hop, record.Transaction));
    }

    [Fact]
    public async Task It_lives_as_long_as_the_session_and_no_longer()
    {
        var (status, body) = await Agent.DelegateAsync("gateway", Token(await Agent.GetTokensAsync()));
        Assert.Equal(200, status);
        Assert.Equal((long)TimeSpan.FromHours(12).TotalSeconds, (long)body["expires_in"]!);
        Server.Clock.Advance(TimeSpan.FromHours(12));
        await AssertUnusableAsync("gateway", (string)body["delegation"]!);
    }

    [Fact]
    public async Task It_is_of_no_use_once_the_session_is_removed()
    {
        var tokens = await Agent.GetTokensAsync();
        var handle = await DelegateAsync(tokens);
        Assert.Equal(200, (await HopAsync(handle)).Status);
        await Server.Services.GetRequiredService<ISessionStore>().RemoveAsync((string)Agent.Claims(tokens)["sid"]!, CancellationToken.None);
        var (status, body) = await HopAsync(handle);
        Assert.Equal((403, "login_required"), (status, (string?)body["error"]));
        Assert.Equal("login_required", (string?)(await Agent.DelegateAsync("gateway", Token(tokens))).Body["error"]);
    }

    [Fact]
    public async Task A_subject_without_session_id_is_vouched_for_by_the_newest_session()
    {
        var token = Token((await Agent.PresentAsync(Server.Idp.Sign(
            Server.Idp.IdJagClaims("ema-agent", MeshServer.Gateway, "logs.read")))).Body);
        var (refused, body) = await Agent.DelegateAsync("gateway", token);
        Assert.Equal((403, "login_required"), (refused, (string?)body["error"]));
        Assert.NotNull((string?)body["sign_in_url"]);
        await Agent.SignInAsync();
        (_, body) = await Agent.DelegateAsync("gateway", token);
        Assert.Equal((long)TimeSpan.FromHours(12).TotalSeconds, (long)body["expires_in"]!);
        Server.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(200, (await HopAsync((string)body["delegation"]!)).Status);
    }

    [Theory]
    [InlineData("adapter-logs")]
    [InlineData("adapter-incidents")]
    [InlineData("policy")]
    [InlineData("")]
    public async Task Another_app_cannot_use_it_nor_learn_of_it(string caller)
    {
        var handle = await DelegateAsync(await Agent.GetTokensAsync());
        await AssertUnusableAsync(caller, handle);
        await AssertUnusableAsync(caller, "no-such-handle");
        await AssertUnusableAsync("gateway", "no-such-handle");
        Assert.Contains(Server.Audit.Records, record => record.Kind == AuditEventKind.TokenRefused && record.ClientId is null);
        Assert.Equal(200, (await HopAsync(handle)).Status);
    }

    [Theory]
    [InlineData("adapter-logs")]
    [InlineData("")]
    public async Task Only_the_audience_of_a_token_delegates_it(string caller)
    {
        var (status, body) = await Agent.DelegateAsync(caller, Token(await Agent.GetTokensAsync()));
        Assert.Equal((403, "unauthorized_client"), (status, (string?)body["error"]));
        Assert.Contains(Server.Audit.Records, record => record.Kind == AuditEventKind.TokenRefused);
    }

    [Fact]
    public async Task A_server_delegates_nothing_even_where_the_sidecar_admits_it()
    {
        var (_, hop) = await Agent.HopAsync("gateway", Token(await Agent.GetTokensAsync()), MeshServer.Logs, "logs.read");
        var (status, body) = await Agent.DelegateAsync("adapter-logs", Token(hop));
        Assert.Equal((403, "unauthorized_client"), (status, (string?)body["error"]));
        var record = Server.Audit.Records.Last(record => record.Kind == AuditEventKind.TokenRefused);
        Assert.Equal((string?)Agent.Claims(hop)["jti"], record.AccessTokenId);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    public async Task A_request_that_did_not_come_through_the_sidecar_is_refused(string? appToken) =>
        Assert.Equal(403, (await Agent.DelegateAsync("gateway", Token(await Agent.GetTokensAsync()), appToken)).Status);

    [Theory]
    [InlineData(MeshServer.Logs, "logs.debug.write", "invalid_scope")]
    [InlineData(MeshServer.Logs, "logs.read analytics.query", "invalid_scope")]
    [InlineData(MeshServer.Incidents, "incidents.trigger", "invalid_scope")]
    [InlineData(MeshServer.Gateway, "logs.read", "invalid_target")]
    [InlineData("https://foreign.example/mcp", "logs.read", "invalid_target")]
    public async Task Nobody_gains_by_a_delegation(string resource, string scope, string error)
    {
        var (status, body) = await HopAsync(await DelegateAsync(await Agent.GetTokensAsync()), resource, scope);
        Assert.Equal((400, error), (status, (string?)body["error"]));
    }

    [Fact]
    public async Task A_delegation_for_one_server_of_the_gateway_leads_to_that_server_only()
    {
        var parameters = Agent.AuthorizeParameters;
        parameters["resource"] = MeshServer.Gateway + "/incidents";
        parameters["scope"] = null;
        var form = Agent.CodeForm((await Agent.SignInAsync(parameters))["code"]);
        form["resource"] = MeshServer.Gateway + "/incidents";
        var handle = await DelegateAsync((await Agent.TokenAsync(form)).Body);
        Assert.Equal("invalid_target", (string?)(await HopAsync(handle, MeshServer.Analytics, "analytics.query")).Body["error"]);
        Assert.Equal(200, (await HopAsync(handle, MeshServer.Incidents, "incidents.trigger")).Status);
    }

    [Fact]
    public async Task A_chain_of_eight_actors_goes_no_further()
    {
        var session = (string)Agent.Claims(await Agent.GetTokensAsync())["sid"]!;
        var (_, body) = await Agent.DelegateAsync("gateway", AccessTokenWriter.Write(Subject(session, 8), Server.Key));
        var (status, refusal) = await HopAsync((string)body["delegation"]!);
        Assert.Equal(400, status);
        Assert.Contains("8", (string?)refusal["error_description"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_was_revoked_takes_its_delegation_with_it_for_good()
    {
        var tokens = await Agent.GetTokensAsync();
        var handle = await DelegateAsync(tokens);
        await Server.Services.GetRequiredService<IRevokedTokens>().RevokeAsync((string)Agent.Claims(tokens)["jti"]!, CancellationToken.None);
        Assert.Equal("subject_token: was revoked.", (string?)(await HopAsync(handle)).Body["error_description"]);
        Server.Clock.Advance(TimeSpan.FromHours(11));
        Assert.Equal("subject_token: was revoked.", (string?)(await HopAsync(handle)).Body["error_description"]);
        Assert.Equal(400, (await Agent.DelegateAsync("gateway", Token(tokens))).Status);
    }

    [Fact]
    public async Task Neither_an_expired_token_nor_a_delegation_is_delegated()
    {
        var tokens = await Agent.GetTokensAsync();
        var handle = await DelegateAsync(tokens);
        var (status, body) = await Agent.DelegateAsync("gateway", handle, type: Agent.DelegationType);
        Assert.Equal((400, "subject_token_type: must be an access token."), (status, (string?)body["error_description"]));
        Server.Clock.Advance(TimeSpan.FromMinutes(11) + TimeSpan.FromSeconds(1));
        Assert.Equal((400, "invalid_request"), Error(await Agent.DelegateAsync("gateway", Token(tokens))));
    }

    [Fact]
    public async Task Neither_state_nor_log_holds_a_token_or_a_handle()
    {
        var tokens = await Agent.GetTokensAsync();
        var handle = await DelegateAsync(tokens);
        var (_, hop) = await HopAsync(handle);
        await AssertUnusableAsync("adapter-logs", handle);
        Assert.Equal(43, handle.Length);
        Assert.Contains(Server.State.Texts, text => text.StartsWith("delegation:", StringComparison.Ordinal));
        foreach (var secret in new[] { handle, Token(tokens), Token(hop) })
        {
            Assert.DoesNotContain(Server.State.Texts, text => text.Contains(secret, StringComparison.Ordinal));
            Assert.DoesNotContain(Server.Logging.Lines, line => line.Contains(secret, StringComparison.Ordinal));
            Assert.DoesNotContain(Server.Audit.Records, record => record.ToString().Contains(secret, StringComparison.Ordinal));
        }

        // A token has three parts, each base64url of some length: nothing in the record looks like one.
        var record = Server.State.Texts.Single(text => text.StartsWith("delegation:", StringComparison.Ordinal));
        Assert.DoesNotContain("eyJ", record, StringComparison.Ordinal);
    }

    private static string Token(JsonObject body) => (string)body["access_token"]!;

    private static (int Status, string? Error) Error((int Status, JsonObject Body) answer) => (answer.Status, (string?)answer.Body["error"]);

    private async Task<string> DelegateAsync(JsonObject tokens)
    {
        var (status, body) = await Agent.DelegateAsync("gateway", Token(tokens));
        Assert.True(status == 200, body.ToJsonString());
        return (string)body["delegation"]!;
    }

    private Task<(int Status, JsonObject Body)> HopAsync(
        string handle, string resource = MeshServer.Logs, string scope = "logs.read", string caller = "gateway") =>
        Agent.HopAsync(caller, handle, resource, scope, type: Agent.DelegationType);

    private async Task AssertUnusableAsync(string caller, string handle)
    {
        var (status, body) = await HopAsync(handle, caller: caller);
        Assert.Equal((400, "invalid_request"), (status, (string?)body["error"]));
        Assert.Equal(Unusable, (string?)body["error_description"]);
    }

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
