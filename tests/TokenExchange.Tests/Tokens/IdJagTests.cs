using System.Text.Json.Nodes;
using McpMesh.Identity.Jose;
using McpMesh.TokenExchange.Tests.Harness;

namespace McpMesh.TokenExchange.Tests.Tokens;

/// <summary>The checks of the Resource Authorization Server on an ID-JAG, one by one.</summary>
public sealed class IdJagTests : MeshServerTests
{
    [Fact]
    public async Task A_good_id_jag_gives_a_token_without_refresh_token_and_without_session()
    {
        var (status, body) = await Agent.PresentAsync(Sign(_ => { }));
        Assert.Equal(200, status);
        Assert.Null(body["refresh_token"]);
        var claims = Agent.Claims(body);
        Assert.Null(claims["sid"]);
        Assert.Equal(MeshServer.Gateway, (string?)claims["aud"]);
        Assert.Equal("ema-agent", (string?)claims["client_id"]);
        Assert.Equal("ema-agent", (string?)claims["act"]!["sub"]);
        Assert.Equal("logs.read", (string?)claims["scope"]);
    }

    [Fact]
    public async Task An_id_jag_counts_once()
    {
        var idJag = Sign(_ => { });
        Assert.Equal(200, (await Agent.PresentAsync(idJag)).Status);
        await RefusedAsync(idJag, "invalid_grant", "redeemed before");
    }

    [Fact]
    public async Task Of_many_concurrent_uses_one_id_jag_gives_one_token()
    {
        var idJag = Sign(_ => { });
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Agent.PresentAsync(idJag)));
        Assert.Single(answers, answer => answer.Status == 200);
    }

    [Fact]
    public Task Another_typ_is_refused() => RefusedAsync(Server.Idp.Sign(Claims(), "JWT"), "invalid_grant", "typ");

    [Fact]
    public Task Alg_none_is_refused()
    {
        var header = Base64Url.Encode("""{"alg":"none","typ":"oauth-id-jag+jwt"}"""u8);
        return RefusedAsync($"{header}.{Sign(_ => { }).Split('.')[1]}.", "invalid_grant", "algorithm");
    }

    [Fact]
    public Task A_signature_by_a_foreign_key_is_refused()
    {
        var forged = JsonWebSignature.Sign(System.Text.Encoding.UTF8.GetBytes(Claims().ToJsonString()), SigningKey.Generate(),
            "oauth-id-jag+jwt");
        return RefusedAsync(forged, "invalid_grant", "key");
    }

    [Fact]
    public Task An_expired_one_is_refused() => RefusedAsync(Sign(c => Times(c, -20, -10)), "invalid_grant", "expired");

    [Fact]
    public Task One_from_the_future_is_refused() => RefusedAsync(Sign(c => Times(c, 5, 10)), "invalid_grant", "future");

    [Fact]
    public Task One_that_lives_for_days_is_refused() => RefusedAsync(Sign(c => Times(c, 0, 60 * 48)), "invalid_grant", "life");

    [Fact]
    public Task A_foreign_audience_is_refused() =>
        RefusedAsync(Sign(c => c["aud"] = "https://as.other.example"), "invalid_grant", "another authorization server");

    [Fact]
    public Task Two_audiences_are_refused() =>
        RefusedAsync(Sign(c => c["aud"] = new JsonArray(MeshServer.Issuer, "https://as.other.example")), "invalid_grant", "audience");

    [Fact]
    public Task A_foreign_issuer_is_refused() =>
        RefusedAsync(Sign(c => c["iss"] = "https://idp.other.example"), "invalid_grant", "not trusted");

    [Fact]
    public Task One_of_our_own_is_refused() => RefusedAsync(Sign(c => c["iss"] = MeshServer.Issuer), "invalid_grant", "this server itself");

    [Fact]
    public Task One_of_another_client_is_refused() =>
        RefusedAsync(Sign(c => c["client_id"] = "sample-agent"), "invalid_grant", "another client");

    [Fact]
    public Task One_bound_to_a_key_is_refused_without_proof() =>
        RefusedAsync(Sign(c => c["cnf"] = new JsonObject { ["jkt"] = "x" }), "invalid_grant", "bound to a key");

    [Fact]
    public Task An_unregistered_resource_is_refused() =>
        RefusedAsync(Sign(c => c["resource"] = "https://foreign.example/mcp"), "invalid_target", "resource");

    [Fact]
    public Task A_server_behind_the_gateway_is_no_target_for_an_agent() =>
        RefusedAsync(Sign(c => c["resource"] = MeshServer.Logs), "invalid_target", "resource");

    [Fact]
    public Task One_without_resource_is_refused() => RefusedAsync(Sign(c => c.Remove("resource")), "invalid_grant", "names no resource");

    [Theory]
    [InlineData("jti")]
    [InlineData("sub")]
    [InlineData("exp")]
    [InlineData("iat")]
    public Task A_missing_claim_is_named(string claim) => RefusedAsync(Sign(c => c.Remove(claim)), "invalid_grant", claim);

    [Fact]
    public async Task The_resource_of_the_request_must_be_granted()
    {
        var (_, body) = await Agent.PresentAsync(Sign(_ => { }), new() { ["resource"] = MeshServer.Gateway + "/logs" });
        Assert.Equal("invalid_target", (string?)body["error"]);
    }

    [Fact]
    public async Task Scopes_are_the_intersection_of_request_grant_and_registration()
    {
        var idJag = Sign(c => c["scope"] = "logs.read logs.debug.write analytics.query");
        var (_, body) = await Agent.PresentAsync(idJag, new() { ["scope"] = "logs.read analytics.query incidents.trigger" });
        Assert.Equal("logs.read", (string?)body["scope"]);
    }

    [Fact]
    public async Task A_scope_outside_the_grant_gets_no_token()
    {
        var (_, body) = await Agent.PresentAsync(Sign(_ => { }), new() { ["scope"] = "incidents.trigger" });
        Assert.Equal("invalid_scope", (string?)body["error"]);
    }

    [Theory]
    [InlineData("ema-agent:wrong")]
    [InlineData("ema-agent:")]
    [InlineData("nobody:ema%20secret")]
    [InlineData("no-colon")]
    public async Task A_client_that_fails_to_prove_itself_gets_invalid_client(string basic)
    {
        var (status, body) = await Agent.TokenAsync(Agent.IdJagForm(Sign(_ => { })), basic);
        Assert.Equal(401, status);
        Assert.Equal("invalid_client", (string?)body["error"]);
    }

    [Fact]
    public async Task The_secret_may_come_in_the_form_but_not_in_both_places()
    {
        var form = Agent.IdJagForm(Sign(_ => { }));
        form["client_id"] = "ema-agent";
        form["client_secret"] = "ema secret";
        Assert.Equal("invalid_request", (string?)(await Agent.TokenAsync(form, "ema-agent:ema%20secret")).Body["error"]);
        Assert.Equal(200, (await Agent.TokenAsync(form)).Status);
    }

    [Fact]
    public async Task A_client_may_use_its_own_grants_only()
    {
        var form = Agent.IdJagForm(Sign(c => c["client_id"] = "sample-agent"));
        form["client_id"] = "sample-agent";
        Assert.Equal("unauthorized_client", (string?)(await Agent.TokenAsync(form)).Body["error"]);
    }

    private JsonObject Claims() => Server.Idp.IdJagClaims("ema-agent", MeshServer.Gateway, "logs.read");

    private string Sign(Action<JsonObject> change)
    {
        var claims = Claims();
        change(claims);
        return Server.Idp.Sign(claims);
    }

    private void Times(JsonObject claims, int fromMinutes, int toMinutes)
    {
        claims["iat"] = Server.Clock.GetUtcNow().AddMinutes(fromMinutes).ToUnixTimeSeconds();
        claims["exp"] = Server.Clock.GetUtcNow().AddMinutes(toMinutes).ToUnixTimeSeconds();
    }

    private async Task RefusedAsync(string assertion, string error, string rule)
    {
        var (status, body) = await Agent.PresentAsync(assertion);
        Assert.Equal(400, status);
        Assert.Equal(error, (string?)body["error"]);
        Assert.Contains(rule, (string?)body["error_description"], StringComparison.Ordinal);
    }
}
