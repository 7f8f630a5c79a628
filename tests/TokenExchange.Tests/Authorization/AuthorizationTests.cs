using System.Net;
using McpMesh.Audit;
using McpMesh.TokenExchange.Tests.Harness;

namespace McpMesh.TokenExchange.Tests.Authorization;

public sealed class AuthorizationTests : MeshServerTests
{
    [Fact]
    public async Task A_sign_in_ends_at_the_agent_with_code_state_and_issuer()
    {
        var answer = await Agent.SignInAsync();
        Assert.NotEmpty(answer["code"]);
        Assert.Equal("agent-state", answer["state"]);
        Assert.Equal(MeshServer.Issuer, answer["iss"]);
    }

    [Theory]
    [InlineData("https://agent.example/callback/more")]
    [InlineData("https://agent.example:444/callback")]
    [InlineData("https://agent.example/callback?x=1")]
    [InlineData("http://127.0.0.1:49152/other")]
    [InlineData("http://127.0.0.1:49152@evil.example/callback")]
    [InlineData("https://127.0.0.1:49152/callback")]
    [InlineData("javascript:alert(1)")]
    [InlineData("")]
    public async Task A_redirect_that_is_not_registered_gets_a_page_and_no_redirect(string redirect)
    {
        var parameters = Agent.AuthorizeParameters;
        parameters["redirect_uri"] = redirect;
        using var response = await Server.NewBrowser().OpenAsync(Agent.AuthorizeUri(parameters));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task An_unknown_client_gets_a_page()
    {
        var parameters = Agent.AuthorizeParameters;
        parameters["client_id"] = "<script>nobody";
        using var response = await Server.NewBrowser().OpenAsync(Agent.AuthorizeUri(parameters));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.DoesNotContain("<script>", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("code_challenge", "short", "invalid_request")]
    [InlineData("code_challenge_method", null, "invalid_request")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("resource", null, "invalid_target")]
    [InlineData("resource", "https://foreign.example/mcp", "invalid_target")]
    [InlineData("resource", MeshServer.Logs, "invalid_target")]
    [InlineData("resource", MeshServer.Gateway + "/", "invalid_target")]
    [InlineData("scope", "logs.debug.write", "invalid_scope")]
    public async Task A_wrong_parameter_is_reported_to_the_agent(string name, string? value, string error)
    {
        var parameters = Agent.AuthorizeParameters;
        parameters[name] = value;
        var answer = await Agent.SignInAsync(parameters);
        Assert.Equal(error, answer["error"]);
        Assert.Equal("agent-state", answer["state"]);
        Assert.Equal(MeshServer.Issuer, answer["iss"]);
        Assert.DoesNotContain("code", answer.Keys);
    }

    [Fact]
    public async Task A_repeated_parameter_is_refused()
    {
        var uri = new Uri($"{Agent.AuthorizeUri(Agent.AuthorizeParameters)}&state=again");
        using var response = await Server.NewBrowser().OpenAsync(uri);
        Assert.Equal("invalid_request", Agent.Query(response.Headers.Location!)["error"]);
    }

    [Fact]
    public async Task A_callback_in_another_browser_is_refused_and_uses_the_sign_in_up()
    {
        var victim = Server.NewBrowser();
        using var toIdp = await victim.StepAsync(Agent.AuthorizeUri(Agent.AuthorizeParameters));
        var callback = await AtIdpAsync(toIdp.Headers.Location!);
        using var stolen = await Server.NewBrowser().StepAsync(callback);
        Assert.Equal(HttpStatusCode.BadRequest, stolen.StatusCode);
        using var late = await victim.StepAsync(callback);
        Assert.Equal(HttpStatusCode.BadRequest, late.StatusCode);
    }

    [Fact]
    public async Task A_callback_counts_once()
    {
        var browser = Server.NewBrowser();
        using var toIdp = await browser.StepAsync(Agent.AuthorizeUri(Agent.AuthorizeParameters));
        var callback = await AtIdpAsync(toIdp.Headers.Location!);
        using var first = await browser.StepAsync(callback);
        Assert.Equal(HttpStatusCode.Redirect, first.StatusCode);
        using var second = await browser.StepAsync(callback);
        Assert.Equal(HttpStatusCode.BadRequest, second.StatusCode);
    }

    [Fact]
    public async Task An_answer_of_another_issuer_is_a_mix_up()
    {
        Server.Idp.ResponseIssuer = "https://attacker.example";
        Assert.Equal("server_error", (await Agent.SignInAsync())["error"]);
    }

    [Fact]
    public async Task An_id_token_with_a_foreign_nonce_is_refused()
    {
        Server.Idp.WrongNonce = "another-login";
        Assert.Equal("server_error", (await Agent.SignInAsync())["error"]);
    }

    [Fact]
    public async Task A_dead_idp_is_reported_as_temporarily_unavailable()
    {
        Server.Idp.IsDown = true;
        Assert.Equal("temporarily_unavailable", (await Agent.SignInAsync())["error"]);
    }

    [Fact]
    public async Task A_sign_in_for_an_unknown_client_leaves_one_record()
    {
        var parameters = Agent.AuthorizeParameters;
        parameters["client_id"] = "nobody";
        using var response = await Server.NewBrowser().OpenAsync(Agent.AuthorizeUri(parameters));
        var record = Assert.Single(Server.Audit.Records);
        Assert.Equal((AuditEventKind.TokenRefused, "denied"), (record.Kind, record.Outcome));
        Assert.StartsWith("invalid_request: ", record.Reason, StringComparison.Ordinal);
        // Whatever a stranger calls itself does not go into the log.
        Assert.Null(record.ClientId);
    }

    [Fact]
    public async Task A_sign_in_with_a_wrong_parameter_leaves_one_record_that_names_the_client()
    {
        var parameters = Agent.AuthorizeParameters;
        parameters["code_challenge_method"] = "plain";
        await Agent.SignInAsync(parameters);
        var record = Assert.Single(Server.Audit.Records);
        Assert.Equal((AuditEventKind.TokenRefused, "sample-agent"), (record.Kind, record.ClientId));
        Assert.Equal("invalid_request: code_challenge_method: must be S256.", record.Reason);
    }

    [Fact]
    public async Task A_callback_that_nobody_waits_for_leaves_one_record()
    {
        using var response = await Server.NewBrowser().StepAsync(new Uri($"{MeshServer.Issuer}/callback?state=made-up&code=made-up"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var record = Assert.Single(Server.Audit.Records);
        Assert.Equal(AuditEventKind.TokenRefused, record.Kind);
        Assert.DoesNotContain("made-up", record.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sign_in_that_the_idp_could_not_finish_leaves_one_record_that_names_client_and_resource()
    {
        Server.Idp.IsDown = true;
        await Agent.SignInAsync();
        var record = Assert.Single(Server.Audit.Records);
        Assert.Equal((AuditEventKind.TokenRefused, "sample-agent", MeshServer.Gateway), (record.Kind, record.ClientId, record.Audience));
        Assert.StartsWith("temporarily_unavailable: ", record.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flood_of_refused_sign_ins_cannot_fill_the_log()
    {
        for (var i = 0; i < 3 * RefusalBudget.PerSecond; i++)
            using (await Server.Http.GetAsync(new Uri("/authorize", UriKind.Relative))) { }

        // The clock of this server stands still: all of them are in one second.
        Assert.Equal(RefusalBudget.PerSecond, Server.Audit.Records.Count);
        Server.Clock.Advance(TimeSpan.FromSeconds(1));
        using var one = await Server.Http.GetAsync(new Uri("/authorize", UriKind.Relative));
        Assert.Contains($"{2 * RefusalBudget.PerSecond} more refusals", Server.Audit.Records.Last().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_idp_tokens_of_a_session_are_never_stored_in_clear()
    {
        await Agent.SignInAsync();
        Assert.Contains(Server.State.Texts, text => text.StartsWith("session:", StringComparison.Ordinal));
        Assert.DoesNotContain(Server.State.Texts, text =>
            text.Contains(Server.Idp.CurrentRefreshToken!, StringComparison.Ordinal) || text.Contains("eyJ", StringComparison.Ordinal));
    }

    private async Task<Uri> AtIdpAsync(Uri authorize)
    {
        using var http = new HttpClient(Server.Idp.Handler, disposeHandler: false);
        using var response = await http.GetAsync(authorize);
        return response.Headers.Location!;
    }
}
