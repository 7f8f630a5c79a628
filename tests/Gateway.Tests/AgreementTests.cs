using McpMesh.Gateway.Tests.Mesh;

namespace McpMesh.Gateway.Tests;

/// <summary>The modern era: headers, metadata and what was removed.</summary>
public sealed class AgreementTests
{
    private static void Set(HttpRequestMessage request, string header, string? value)
    {
        request.Headers.Remove(header);
        if (value is not null) request.Headers.TryAddWithoutValidation(header, value);
    }

    [Theory]
    [InlineData("MCP-Protocol-Version", null)]
    [InlineData("MCP-Protocol-Version", "2025-11-25")]
    [InlineData("MCP-Protocol-Version", "2099-01-01")]
    [InlineData("Mcp-Method", null)]
    [InlineData("Mcp-Method", "tools/list")]
    [InlineData("Mcp-Method", "TOOLS/CALL")]
    [InlineData("Mcp-Name", null)]
    [InlineData("Mcp-Name", "logs.read")]
    [InlineData("Mcp-Name", "ECHO.SAY")]
    [InlineData("Mcp-Name", "=?base64?bG9ncy5yZWFk?=")]
    [InlineData("Mcp-Name", "=?base64?%%?=")]
    public async Task A_header_that_says_something_else_than_the_body_is_refused(string header, string? value)
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();

        var (status, json) = await agent.AskAsync(agent.Modern(TestAgent.Call("echo.say"), request => Set(request, header, value)));

        Assert.Equal((400, -32020), (status, (int)json["error"]!["code"]!));
        Assert.Equal("1", json["id"]!.ToJsonString());
        Assert.Empty(mesh.Echo.Requests);
    }

    [Theory]
    [InlineData("Mcp-Name", "  echo.say ")]
    [InlineData("Mcp-Name", "=?base64?ZWNoby5zYXk=?=")]
    [InlineData("Mcp-Session-Id", "anything")]
    [InlineData("Last-Event-ID", "7")]
    public async Task Equal_values_in_another_form_and_headers_of_the_other_era_do_no_harm(string header, string value)
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();

        using var response = await agent.SendAsync(agent.Modern(TestAgent.Call("echo.say"), request => Set(request, header, value)));

        Assert.Equal(200, (int)response.StatusCode);
        Assert.False(response.Headers.Contains("Mcp-Session-Id"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"_meta":{}}""")]
    [InlineData("""{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}""")]
    [InlineData("""{"_meta":{"io.modelcontextprotocol/clientCapabilities":{}}}""")]
    public async Task Missing_metadata_is_an_invalid_parameter(string parameters)
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();

        var (status, json) = await agent.AskAsync(
            agent.Modern($$"""{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{{parameters}} }"""));

        Assert.Equal((400, -32602), (status, (int)json["error"]!["code"]!));
    }

    [Fact]
    public async Task An_unserved_version_is_answered_with_the_served_ones()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();

        var (status, json) = await agent.AskAsync(agent.Modern(
            TestAgent.List().Replace("2026-07-28", "2099-01-01", StringComparison.Ordinal),
            request => Set(request, "MCP-Protocol-Version", "2099-01-01")));

        Assert.Equal((400, -32022), (status, (int)json["error"]!["code"]!));
        Assert.Equal("2099-01-01", (string?)json["error"]!["data"]!["requested"]);
        Assert.Equal(
            ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26"],
            json["error"]!["data"]!["supported"]!.AsArray().Select(v => (string?)v));
    }

    [Theory]
    [InlineData("initialize")]
    [InlineData("ping")]
    [InlineData("logging/setLevel")]
    [InlineData("resources/subscribe")]
    [InlineData("tasks/list")]
    [InlineData("no/such")]
    public async Task A_removed_or_unknown_method_is_not_found(string method)
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();

        var (status, json) = await agent.AskAsync(agent.Modern(TestAgent.List(method)));

        Assert.Equal((404, -32601), (status, (int)json["error"]!["code"]!));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task Other_verbs_are_not_allowed(string verb)
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();
        using var request = agent.Authorize(new HttpRequestMessage(new HttpMethod(verb), agent.Endpoint));
        request.Headers.Add("MCP-Protocol-Version", "2026-07-28");

        using var response = await agent.SendAsync(request);

        Assert.Equal(405, (int)response.StatusCode);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    [Fact]
    public async Task A_notification_is_accepted_without_a_body()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();
        using var response = await agent.SendAsync(
            agent.Modern($$"""{"jsonrpc":"2.0","method":"notifications/x","params":{ {{TestAgent.Meta}} } }"""));
        Assert.Equal(202, (int)response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_response_answers_nothing_and_is_refused()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();
        Assert.Equal(400, (await agent.AskAsync(agent.Raw("""{"jsonrpc":"2.0","id":1,"result":{}}"""))).Status);
    }

    [Fact]
    public async Task Discovery_is_answered_by_the_gateway()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();

        var (_, json) = await agent.ListAsync("server/discover");

        var result = json["result"]!;
        Assert.Equal("complete", (string?)result["resultType"]);
        Assert.Contains("2026-07-28", result["supportedVersions"]!.AsArray().Select(v => (string?)v));
        Assert.NotNull(result["capabilities"]!["tools"]);
        Assert.NotNull(result["capabilities"]!["extensions"]!["io.modelcontextprotocol/enterprise-managed-authorization"]);
        Assert.True((int)result["ttlMs"]! >= 0);
        Assert.Equal("private", (string?)result["cacheScope"]);
        Assert.NotNull(result["_meta"]!["io.modelcontextprotocol/serverInfo"]!["name"]);
    }
}
