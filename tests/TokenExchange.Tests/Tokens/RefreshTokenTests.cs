using McpMesh.TokenExchange.Tests.Harness;

namespace McpMesh.TokenExchange.Tests.Tokens;

public sealed class RefreshTokenTests : MeshServerTests
{
    [Fact]
    public async Task A_refresh_gives_a_new_token_of_the_same_transaction_from_a_new_id_jag()
    {
        var first = await Agent.GetTokensAsync();
        var (status, second) = await Agent.TokenAsync(Agent.RefreshForm(first));
        Assert.Equal(200, status);
        Assert.NotEqual((string?)first["refresh_token"], (string?)second["refresh_token"]);
        var (before, after) = (Agent.Claims(first), Agent.Claims(second));
        Assert.Equal((string?)before["txn"], (string?)after["txn"]);
        Assert.NotEqual((string?)before["grant"]!["jti"], (string?)after["grant"]!["jti"]);
        Assert.NotEqual((string?)before["jti"], (string?)after["jti"]);
    }

    [Fact]
    public async Task A_refresh_token_that_was_used_before_ends_the_whole_family()
    {
        var first = await Agent.GetTokensAsync();
        var (_, second) = await Agent.TokenAsync(Agent.RefreshForm(first));
        Assert.Equal("invalid_grant", (string?)(await Agent.TokenAsync(Agent.RefreshForm(first))).Body["error"]);
        Assert.Equal("invalid_grant", (string?)(await Agent.TokenAsync(Agent.RefreshForm(second))).Body["error"]);
    }

    [Fact]
    public async Task A_refresh_token_is_of_no_use_to_another_client()
    {
        var form = Agent.RefreshForm(await Agent.GetTokensAsync());
        form["client_id"] = "other-agent";
        Assert.Equal("invalid_grant", (string?)(await Agent.TokenAsync(form)).Body["error"]);
    }

    [Fact]
    public async Task A_refresh_may_ask_for_less_but_never_for_more()
    {
        var form = Agent.RefreshForm(await Agent.GetTokensAsync());
        form["scope"] = "logs.read incidents.trigger";
        var (_, body) = await Agent.TokenAsync(form);
        Assert.Equal("logs.read", (string?)body["scope"]);
    }

    [Fact]
    public async Task A_dead_idp_costs_the_agent_no_refresh_token()
    {
        var first = await Agent.GetTokensAsync();
        Server.Idp.IsDown = true;
        var (status, body) = await Agent.TokenAsync(Agent.RefreshForm(first));
        Assert.Equal(503, status);
        Assert.Equal("temporarily_unavailable", (string?)body["error"]);
        Server.Idp.IsDown = false;
        Assert.Equal(200, (await Agent.TokenAsync(Agent.RefreshForm(first))).Status);
    }

    [Fact]
    public async Task A_session_that_the_idp_ended_ends_the_refresh_tokens()
    {
        var first = await Agent.GetTokensAsync();
        Server.Idp.RefuseWith = "invalid_grant";
        Assert.Equal("login_required", (string?)(await Agent.TokenAsync(Agent.RefreshForm(first))).Body["error"]);
        Server.Idp.RefuseWith = null;
        Assert.Equal("invalid_grant", (string?)(await Agent.TokenAsync(Agent.RefreshForm(first))).Body["error"]);
    }
}
