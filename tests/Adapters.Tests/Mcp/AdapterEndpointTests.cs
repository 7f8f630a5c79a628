using McpMesh.Adapters.Tests.Hosting;
using McpMesh.Audit;

namespace McpMesh.Adapters.Tests.Mcp;

/// <summary>What a caller with the right to it is served.</summary>
public sealed class AdapterEndpointTests : OrdersServerTest
{
    [Fact]
    public async Task A_list_shows_the_tools_the_caller_may_use()
    {
        var message = await Host.SendAsync(Host.Request("tools/list"));
        var tool = Assert.Single(message.GetProperty("result").GetProperty("tools").EnumerateArray());
        Assert.Equal("query", tool.GetProperty("name").GetString());
        Assert.False(tool.GetProperty("inputSchema").GetProperty("additionalProperties").GetBoolean());
        Assert.True(tool.GetProperty("annotations").GetProperty("readOnlyHint").GetBoolean());
        Assert.Equal("complete", message.GetProperty("result").GetProperty("resultType").GetString());
    }

    [Fact]
    public async Task A_call_is_answered_and_leaves_an_intent_and_an_outcome()
    {
        var result = await Host.CallAsync(
            "query", """{"sql":"SELECT count(*) AS n FROM orders WHERE status = $1","parameters":["failed"]}""");
        Assert.Equal(1, result.GetProperty("structuredContent").GetProperty("rows")[0][0].GetInt32());
        var events = await Host.Audit.WaitForAsync(2);
        Assert.Equal([AuditEventKind.Intent, AuditEventKind.Outcome], events.Select(record => record.Kind));
        Assert.Equal(events[0].CallId, events[1].CallId);
        Assert.NotEqual(events[0].Id, events[1].Id);
        Assert.All(events, record =>
        {
            Assert.Equal("analytics.query", record.Method);
            Assert.Equal("txn-1", record.Transaction);
            Assert.Equal(2, record.Hop);
            Assert.Equal("jag-1", record.IdJagId);
            Assert.Equal(Host.Served.Resource, record.Audience);
            Assert.StartsWith("sha256:", record.ArgumentDigest, StringComparison.Ordinal);
        });
        Assert.Equal("success", events[1].Outcome);
    }

    [Fact]
    public async Task An_unknown_argument_is_named()
    {
        var result = await Host.CallAsync("query", """{"sql":"SELECT 1","limits":3}""");
        Assert.True(result.GetProperty("isError").GetBoolean());
        Assert.StartsWith(
            "limits: is not an argument", result.GetProperty("content")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        var events = await Host.Audit.WaitForAsync(2);
        Assert.Equal("failed", events[1].Outcome);
    }

    [Fact]
    public async Task A_client_of_an_older_revision_is_served_without_a_session()
    {
        using var request = Host.Raw(
            """
            {"jsonrpc":"2.0","id":1,"method":"initialize",
             "params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}
            """,
            "initialize");
        foreach (var header in new[] { "MCP-Protocol-Version", "Mcp-Method" }) request.Headers.Remove(header);
        var initialized = await Host.SendAsync(request);
        Assert.Equal("2025-11-25", initialized.GetProperty("result").GetProperty("protocolVersion").GetString());

        using var list = Host.Raw("""{"jsonrpc":"2.0","id":2,"method":"tools/list","params":{}}""", "tools/list");
        list.Headers.Remove("MCP-Protocol-Version");
        list.Headers.Add("MCP-Protocol-Version", "2025-11-25");
        var listed = await Host.SendAsync(list);
        Assert.Single(listed.GetProperty("result").GetProperty("tools").EnumerateArray());
    }

    [Fact]
    public async Task Resources_describe_the_schema_to_those_who_may_query()
    {
        var list = await Host.SendAsync(Host.Request("resources/list"));
        Assert.Contains("sql://schema/orders", list.GetProperty("result").GetProperty("resources").EnumerateArray()
            .Select(resource => resource.GetProperty("uri").GetString()));
        var read = await Host.SendAsync(Host.Request("resources/read", """{"uri":"sql://schema/orders"}""", "sql://schema/orders"));
        Assert.Contains(
            "\"status\"", read.GetProperty("result").GetProperty("contents")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        var token = ReadableTokenValidator.Write(Host.Served.Resource, "u-guest", "analytics.query", group: "none");
        var denied = await Host.SendAsync(Host.Request("resources/read", """{"uri":"sql://schema"}""", "sql://schema", token));
        Assert.Equal(4030, denied.GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task An_unknown_resource_is_invalid_params()
    {
        var message = await Host.SendAsync(Host.Request("resources/read", """{"uri":"sql://schema/none"}""", "sql://schema/none"));
        Assert.Equal(-32602, message.GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task The_prompt_carries_the_question_and_the_tables()
    {
        var message = await Host.SendAsync(
            Host.Request("prompts/get", """{"name":"write-query","arguments":{"question":"How many failed?"}}""", "write-query"));
        var text = message.GetProperty("result").GetProperty("messages")[0].GetProperty("content").GetProperty("text").GetString();
        Assert.Contains("orders(", text, StringComparison.Ordinal);
        Assert.Contains("How many failed?", text, StringComparison.Ordinal);
    }
}
