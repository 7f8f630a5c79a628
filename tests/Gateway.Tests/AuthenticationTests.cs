using McpMesh.Audit;
using McpMesh.Gateway.Tests.Mesh;

namespace McpMesh.Gateway.Tests;

public sealed class AuthenticationTests
{
    [Fact]
    public async Task Without_a_token_the_answer_names_the_metadata_and_the_scopes()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = new TestAgent(new Uri(mesh.Url() + "/mcp/echo"), null);

        using var response = await agent.SendAsync(agent.Modern(TestAgent.Call("say")));

        Assert.Equal(401, (int)response.StatusCode);
        Assert.Equal(
            "Bearer resource_metadata=\"http://127.0.0.1:8080/.well-known/oauth-protected-resource/mcp/echo\", scope=\"echo.say " +
                "echo.forbidden\"",
            response.Headers.WwwAuthenticate.ToString());
        Assert.Contains("4010", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(mesh.Audit.Events);
    }

    [Fact]
    public async Task A_refused_token_leaves_one_record_that_does_not_hold_it()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = new TestAgent(new Uri(mesh.Url() + "/mcp"), "forged-token");

        using var response = await agent.SendAsync(agent.Modern(TestAgent.Call("echo.say")));

        Assert.Equal(401, (int)response.StatusCode);
        Assert.Contains("error=\"invalid_token\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        var record = Assert.Single(mesh.Audit.Events);
        Assert.Equal((AuditEventKind.Denial, "denied"), (record.Kind, record.Outcome));
        Assert.DoesNotContain("forged-token", record.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("forged-token", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_flood_of_refused_tokens_cannot_fill_the_log()
    {
        var clock = new MovableClock();
        var budget = new RefusalBudget(clock);
        var taken = Enumerable.Range(0, 1000).Count(_ => budget.TryTake(out var _));
        Assert.Equal(RefusalBudget.PerSecond, taken);

        clock.Now += TimeSpan.FromSeconds(1);

        Assert.True(budget.TryTake(out var suppressed));
        Assert.Equal(1000 - RefusalBudget.PerSecond, suppressed);
    }

    [Theory]
    [InlineData("/mcp", "/mcp", 200)]
    [InlineData("/mcp", "/mcp/echo", 200)]
    [InlineData("/mcp/echo", "/mcp/echo", 200)]
    [InlineData("/mcp/echo", "/mcp", 401)]
    [InlineData("/mcp/echo", "/mcp/logs", 401)]
    [InlineData("", "/mcp", 401)]
    public async Task A_token_is_good_for_its_own_resource_only(string audience, string path, int expected)
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent(path: path, audience: TestMesh.PublicUrl + audience);

        Assert.Equal(expected, (await agent.ListAsync()).Status);
    }

    [Theory]
    [InlineData("/.well-known/oauth-protected-resource", "/mcp", "logs.read")]
    [InlineData("/.well-known/oauth-protected-resource/mcp", "/mcp", "logs.read")]
    [InlineData("/.well-known/oauth-protected-resource/mcp/echo", "/mcp/echo", "echo.say")]
    public async Task The_metadata_names_resource_and_authorization_server(string url, string resource, string scope)
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = new TestAgent(new Uri(mesh.Url()), null);

        var (status, json) = await agent.AskAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(mesh.Url() + url)));

        Assert.Equal(200, status);
        Assert.Equal(TestMesh.PublicUrl + resource, (string?)json["resource"]);
        Assert.Equal("https://as.test", (string?)json["authorization_servers"]![0]);
        Assert.Contains(scope, json["scopes_supported"]!.AsArray().Select(s => (string?)s));
        Assert.Equal("header", (string?)json["bearer_methods_supported"]![0]);
    }

    [Fact]
    public async Task An_unknown_server_has_no_metadata_and_serves_nothing()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent(path: "/mcp/nowhere");

        var (status, _) = await agent.AskAsync(
            new HttpRequestMessage(HttpMethod.Get, new Uri(mesh.Url() + "/.well-known/oauth-protected-resource/mcp/nowhere")));
        Assert.Equal(404, status);
        var (callStatus, json) = await agent.CallAsync("say");
        Assert.Equal((404, -32602), (callStatus, (int)json["error"]!["code"]!));
    }
}
