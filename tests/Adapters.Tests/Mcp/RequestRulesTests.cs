using System.Net;
using McpMesh.Adapters.Tests.Hosting;
using McpMesh.Audit;
using Microsoft.Extensions.DependencyInjection;

namespace McpMesh.Adapters.Tests.Mcp;

/// <summary>Requests that are refused for what they are, whoever sends them.</summary>
public sealed class RequestRulesTests : OrdersServerTest
{
    private readonly MovableClock _clock = new();

    [Fact]
    public async Task An_unknown_tool_is_an_error_and_one_record()
    {
        var message = await Host.SendAsync(Host.Request("tools/call", """{"name":"drop","arguments":{}}""", "drop"));
        Assert.Equal(-32602, message.GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal(AuditEventKind.Denial, Assert.Single(Host.Audit.Events).Kind);
    }

    [Theory]
    [InlineData("Mcp-Method", "tools/list")]
    [InlineData("Mcp-Name", "other")]
    [InlineData("MCP-Protocol-Version", "2025-11-25")]
    public async Task A_header_that_differs_from_the_body_is_a_mismatch(string header, string value)
    {
        using var request = Host.Request("tools/call", """{"name":"query","arguments":{"sql":"SELECT 1"}}""", "query");
        request.Headers.Remove(header);
        request.Headers.Add(header, value);
        using var response = await Host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(-32020, (await AdapterHost.MessageOfAsync(response)).GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task An_unknown_revision_is_answered_with_those_supported()
    {
        using var request = Host.Request("tools/list");
        request.Headers.Remove("MCP-Protocol-Version");
        request.Headers.Add("MCP-Protocol-Version", "2099-01-01");
        using var response = await Host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var error = (await AdapterHost.MessageOfAsync(response)).GetProperty("error");
        Assert.Equal(-32022, error.GetProperty("code").GetInt32());
        Assert.Contains(
            "2026-07-28", error.GetProperty("data").GetProperty("supported").EnumerateArray().Select(version => version.GetString()));
    }

    [Fact]
    public async Task Missing_metadata_is_invalid_params()
    {
        using var response = await Host.Client.SendAsync(
            Host.Raw("""{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}""", "tools/list"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(-32602, (await AdapterHost.MessageOfAsync(response)).GetProperty("error").GetProperty("code").GetInt32());
    }

    [Theory]
    [InlineData("ping")]
    [InlineData("initialize")]
    [InlineData("no/such")]
    public async Task A_method_the_revision_does_not_have_is_not_found(string method)
    {
        using var response = await Host.Client.SendAsync(Host.Request(method));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(-32601, (await AdapterHost.MessageOfAsync(response)).GetProperty("error").GetProperty("code").GetInt32());
    }

    [Theory]
    [InlineData("{", -32700)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"id":2,"method":"tools/list"}""", -32700)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"query","arguments":{"sql":"a","sql":"b"}}}""", -32700)]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"method":"tools/list"}]""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":null,"method":"tools/list"}""", -32600)]
    [InlineData("""{"id":1,"method":"tools/list"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{}}""", -32600)]
    public async Task A_body_that_is_no_request_is_one_clear_error(string body, int code)
    {
        using var response = await Host.Client.SendAsync(Host.Raw(body, "tools/list"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(code, (await AdapterHost.MessageOfAsync(response)).GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal(AuditEventKind.Denial, Assert.Single(Host.Audit.Events).Kind);
    }

    [Fact]
    public async Task A_body_nested_too_deep_is_refused()
    {
        var deep = new string('[', 40) + new string(']', 40);
        using var response = await Host.Client.SendAsync(
            Host.Raw($$$"""{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"x":{{{deep}}} }}""", "tools/list"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused()
    {
        using var request = Host.Raw(new string(' ', 256 * 1024 + 1), "tools/list");
        request.Headers.ExpectContinue = true; // the refusal closes the connection: ask before sending
        using var response = await Host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task Streams_and_sessions_are_not_offered(string verb)
    {
        using var response = await Host.Client.SendAsync(new HttpRequestMessage(new HttpMethod(verb), "/mcp"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("Origin", "https://evil.example", 403, "Origin: is not allowed.")]
    [InlineData("Content-Type", "text/plain", 415, "Content-Type: must be application/json.")]
    [InlineData("Accept", "application/json", 406, "Accept: must list application/json and text/event-stream.")]
    [InlineData("PUT", "", 405, "Only POST is served here.")]
    public async Task What_is_refused_by_its_head_leaves_one_record_that_names_nobody(string what, string value, int status, string reason)
    {
        using var request = Host.Request("tools/list");
        switch (what)
        {
            case "PUT":
                request.Method = HttpMethod.Put;
                break;
            case "Content-Type":
                request.Content!.Headers.ContentType = new(value);
                break;
            default:
                request.Headers.Remove(what);
                request.Headers.Add(what, value);
                break;
        }

        using var response = await Host.Client.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        var record = Assert.Single(Host.Audit.Events);
        Assert.Equal((AuditEventKind.Denial, "denied", reason), (record.Kind, record.Outcome, record.Reason));
        Assert.Equal((null, null, null, null), (record.Subject, record.ClientId, record.Transaction, record.AccessTokenId));
        Assert.Empty(record.Actors);
    }

    [Fact]
    public async Task A_flood_of_strangers_is_counted_not_recorded_one_by_one()
    {
        for (var i = 0; i < RefusalBudget.PerSecond + 20; i++) await StrangerAsync();
        Assert.Equal(RefusalBudget.PerSecond, Host.Audit.Events.Count);
        _clock.Now += TimeSpan.FromSeconds(1);

        await StrangerAsync();

        Assert.EndsWith("(20 more refusals were not recorded one by one.)", Host.Audit.Events[^1].Reason, StringComparison.Ordinal);
    }

    private protected override void Replace(IServiceCollection services) => services.AddSingleton<TimeProvider>(_clock);

    private async Task StrangerAsync()
    {
        using var response = await Host.Client.SendAsync(Host.Request("tools/list", token: "forged"));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }
}
