using McpMesh.Audit;
using McpMesh.TokenExchange.Tests.Harness;

namespace McpMesh.TokenExchange.Tests.Tokens;

public sealed class AuthorizationCodeTests : MeshServerTests
{
    [Fact]
    public async Task The_first_token_comes_from_an_id_jag_and_says_who_acts_for_whom()
    {
        var tokens = await Agent.GetTokensAsync();
        var claims = Agent.Claims(tokens);
        Assert.Equal(MeshServer.Issuer, (string?)claims["iss"]);
        Assert.Equal("u-dana", (string?)claims["sub"]);
        Assert.Equal(MeshServer.Gateway, (string?)claims["aud"]);
        Assert.Equal("sample-agent", (string?)claims["client_id"]);
        Assert.Equal("sample-agent", (string?)claims["act"]!["sub"]);
        Assert.Null(claims["act"]!["act"]);
        Assert.Equal("engineering", (string?)claims["groups"]![0]);
        Assert.Equal("analytics.query incidents.summary.post logs.read", (string?)claims["scope"]);
        Assert.Equal(OrganizationIdp.Issuer, (string?)claims["grant"]!["iss"]);
        Assert.StartsWith("jag-", (string?)claims["grant"]!["jti"], StringComparison.Ordinal);
        Assert.Equal(600, (long)claims["exp"]! - (long)claims["iat"]!);
        Assert.NotNull((string?)claims["sid"]);
        Assert.Equal(1, Server.Idp.IdJagCount);
    }

    [Fact]
    public async Task The_token_has_a_durable_record_before_it_is_given_out()
    {
        var claims = Agent.Claims(await Agent.GetTokensAsync());
        var record = Assert.Single(Server.Audit.Records, record => record.Kind == AuditEventKind.TokenIssued);
        Assert.Equal((string?)claims["jti"], record.AccessTokenId);
        Assert.Equal((string?)claims["grant"]!["jti"], record.IdJagId);
        Assert.Equal((string?)claims["txn"], record.Transaction);
        Assert.Equal($"{OrganizationIdp.Issuer}|u-dana", record.Subject);
        Assert.Equal(1, record.Hop);
    }

    [Fact]
    public async Task Without_the_audit_log_no_token_is_given_out_and_the_code_stays_good()
    {
        var code = (await Agent.SignInAsync())["code"];
        Server.Audit.IsDown = true;
        var (status, body) = await Agent.TokenAsync(Agent.CodeForm(code));
        Assert.Equal(503, status);
        Assert.Equal("temporarily_unavailable", (string?)body["error"]);
        Server.Audit.IsDown = false;
        Assert.Equal(200, (await Agent.TokenAsync(Agent.CodeForm(code))).Status);
    }

    [Fact]
    public async Task A_second_use_of_a_code_takes_back_what_the_first_gave()
    {
        var code = (await Agent.SignInAsync())["code"];
        var (_, tokens) = await Agent.TokenAsync(Agent.CodeForm(code));
        var (status, second) = await Agent.TokenAsync(Agent.CodeForm(code));
        Assert.Equal(400, status);
        Assert.Equal("invalid_grant", (string?)second["error"]);
        var (_, refreshed) = await Agent.TokenAsync(Agent.RefreshForm(tokens));
        Assert.Equal("invalid_grant", (string?)refreshed["error"]);
        var (_, hop) = await Agent.HopAsync("gateway", (string)tokens["access_token"]!, MeshServer.Logs, "logs.read");
        Assert.Equal("invalid_request", (string?)hop["error"]);
    }

    [Fact]
    public async Task Of_many_concurrent_uses_of_a_code_at_most_one_gets_tokens()
    {
        var code = (await Agent.SignInAsync())["code"];
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Agent.TokenAsync(Agent.CodeForm(code))));
        Assert.Single(answers, answer => answer.Status == 200);
    }

    [Theory]
    [InlineData("code_verifier", "another-verifier-that-is-long-enough-too-0123456789", "invalid_grant")]
    [InlineData("code_verifier", "short", "invalid_grant")]
    [InlineData("redirect_uri", "http://127.0.0.1:49153/callback", "invalid_grant")]
    [InlineData("client_id", "other-agent", "invalid_grant")]
    [InlineData("resource", MeshServer.Gateway + "/logs", "invalid_target")]
    [InlineData("code", "nobody-ever-issued-this", "invalid_grant")]
    [InlineData("grant_type", "password", "unsupported_grant_type")]
    [InlineData("client_id", "nobody", "invalid_client")]
    public async Task A_wrong_parameter_gets_no_token(string name, string value, string error)
    {
        var form = Agent.CodeForm((await Agent.SignInAsync())["code"]);
        form[name] = value;
        var (status, body) = await Agent.TokenAsync(form);
        Assert.Equal(error == "invalid_client" ? 401 : 400, status);
        Assert.Equal(error, (string?)body["error"]);
        Assert.Contains(Server.Audit.Records, record => record.Kind == AuditEventKind.TokenRefused);
    }

    [Fact]
    public async Task A_code_expires_after_a_minute()
    {
        var code = (await Agent.SignInAsync())["code"];
        Server.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("invalid_grant", (string?)(await Agent.TokenAsync(Agent.CodeForm(code))).Body["error"]);
    }

    [Fact]
    public async Task A_token_request_without_code_verifier_is_refused()
    {
        var form = Agent.CodeForm((await Agent.SignInAsync())["code"]);
        form.Remove("code_verifier");
        Assert.Equal("invalid_request", (string?)(await Agent.TokenAsync(form)).Body["error"]);
    }

    [Fact]
    public async Task No_token_code_or_secret_reaches_the_log()
    {
        var code = (await Agent.SignInAsync())["code"];
        var (_, tokens) = await Agent.TokenAsync(Agent.CodeForm(code));
        await Agent.TokenAsync(Agent.CodeForm(code));
        string[] secrets = [code, (string)tokens["access_token"]!, (string)tokens["refresh_token"]!, Server.Idp.CurrentRefreshToken!,
            "idp secret", Agent.Verifier];
        Assert.NotEmpty(Server.Logging.Lines);
        Assert.DoesNotContain(Server.Logging.Lines, line => secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal)));
    }
}
