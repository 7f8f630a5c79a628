using System.Net;
using System.Text.Json;
using McpMesh.Adapters.Tests.Hosting;
using McpMesh.Audit;
using McpMesh.Configuration;
using Microsoft.Data.Sqlite;

namespace McpMesh.Adapters.Tests.Mcp;

public sealed class AdapterEndpointTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private AdapterHost _host = null!;

    public async Task InitializeAsync()
    {
        McpMesh.Sqlite.SystemSqlite.Use();
        var path = System.IO.Path.Combine(_folder.Path, "a.db");
        await using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            await connection.OpenAsync();
            var command = connection.CreateCommand();
            command.CommandText =
                "CREATE TABLE orders(id INTEGER PRIMARY KEY, status TEXT); INSERT INTO orders VALUES (1,'paid'),(2,'failed');";
            await command.ExecuteNonQueryAsync();
        }
        _host = await AdapterHost.StartAsync(
            "analytics", new AdapterConfiguration { Kind = "sql", Database = $"sqlite:{path}" }, ["query"]);
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_list_shows_the_tools_the_caller_may_use()
    {
        var message = await _host.SendAsync(_host.Request("tools/list"));
        var tool = Assert.Single(message.GetProperty("result").GetProperty("tools").EnumerateArray());
        Assert.Equal("query", tool.GetProperty("name").GetString());
        Assert.False(tool.GetProperty("inputSchema").GetProperty("additionalProperties").GetBoolean());
        Assert.True(tool.GetProperty("annotations").GetProperty("readOnlyHint").GetBoolean());
        Assert.Equal("complete", message.GetProperty("result").GetProperty("resultType").GetString());
    }

    [Fact]
    public async Task A_list_shows_nothing_to_a_caller_without_rights()
    {
        var token = ReadableTokenValidator.Write(_host.Served.Resource, "u-guest", "analytics.query", group: "none");
        var message = await _host.SendAsync(_host.Request("tools/list", token: token));
        Assert.Empty(message.GetProperty("result").GetProperty("tools").EnumerateArray());
    }

    [Fact]
    public async Task A_call_is_answered_and_leaves_an_intent_and_an_outcome()
    {
        var result = await _host.CallAsync(
            "query", """{"sql":"SELECT count(*) AS n FROM orders WHERE status = $1","parameters":["failed"]}""");
        Assert.Equal(1, result.GetProperty("structuredContent").GetProperty("rows")[0][0].GetInt32());
        var events = await _host.Audit.WaitForAsync(2);
        Assert.Equal([AuditEventKind.Intent, AuditEventKind.Outcome], events.Select(record => record.Kind));
        Assert.Equal(events[0].CallId, events[1].CallId);
        Assert.NotEqual(events[0].Id, events[1].Id);
        Assert.All(events, record =>
        {
            Assert.Equal("analytics.query", record.Method);
            Assert.Equal("txn-1", record.Transaction);
            Assert.Equal(2, record.Hop);
            Assert.Equal("jag-1", record.IdJagId);
            Assert.Equal(_host.Served.Resource, record.Audience);
            Assert.StartsWith("sha256:", record.ArgumentDigest, StringComparison.Ordinal);
        });
        Assert.Equal("success", events[1].Outcome);
    }

    [Fact]
    public async Task A_token_for_the_neighbour_is_refused_and_recorded()
    {
        var token = ReadableTokenValidator.Write("https://cost.mesh.example/mcp", "u-sam", "analytics.query");
        using var response = await _host.Client.SendAsync(
            _host.Request("tools/call", """{"name":"query","arguments":{"sql":"SELECT 1"}}""", "query", token));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        var challenge = response.Headers.WwwAuthenticate.ToString();
        Assert.Contains("resource_metadata=\"https://analytics.mesh.example/.well-known/oauth-protected-resource/mcp\"", challenge,
            StringComparison.Ordinal);
        Assert.Contains("error=\"invalid_token\"", challenge, StringComparison.Ordinal);
        Assert.Equal(AuditEventKind.Denial, Assert.Single(_host.Audit.Events).Kind);
    }

    [Fact]
    public async Task No_token_is_challenged_without_an_error()
    {
        using var request = _host.Request("tools/list");
        request.Headers.Authorization = null;
        using var response = await _host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        var challenge = response.Headers.WwwAuthenticate.ToString();
        Assert.Contains("scope=\"analytics.query\"", challenge, StringComparison.Ordinal);
        Assert.DoesNotContain("error=", challenge, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "gateway")]
    [InlineData("sample-agent", "gateway")]
    public async Task A_token_whose_newest_actor_is_not_its_client_is_refused(string actors, string client)
    {
        var token = ReadableTokenValidator.Write(_host.Served.Resource, "u-sam", "analytics.query", actors: actors, client: client);
        using var response = await _host.Client.SendAsync(_host.Request("tools/list", token: token));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task A_role_without_the_method_is_denied_with_the_reason_and_one_record()
    {
        var token = ReadableTokenValidator.Write(_host.Served.Resource, "u-guest", "analytics.query", group: "none");
        using var response = await _host.Client.SendAsync(
            _host.Request("tools/call", """{"name":"query","arguments":{"sql":"SELECT 1"}}""", "query", token));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var error = (await AdapterHost.MessageOfAsync(response)).GetProperty("error");
        Assert.Equal(4030, error.GetProperty("code").GetInt32());
        Assert.Equal("analytics.query", error.GetProperty("data").GetProperty("method").GetString());
        Assert.Equal("txn-1", error.GetProperty("data").GetProperty("txn").GetString());
        var record = Assert.Single(_host.Audit.Events);
        Assert.Equal((AuditEventKind.Denial, "deny"), (record.Kind, record.Decision));
    }

    [Fact]
    public async Task A_token_without_the_scope_is_told_which_scope_helps()
    {
        using var response = await _host.Client.SendAsync(
            _host.Request("tools/call", """{"name":"query","arguments":{"sql":"SELECT 1"}}""", "query", _host.Token(scopes: "cost.query")));
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        var challenge = response.Headers.WwwAuthenticate.ToString();
        Assert.Contains("error=\"insufficient_scope\"", challenge, StringComparison.Ordinal);
        Assert.Contains("scope=\"analytics.query\"", challenge, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_whose_intent_cannot_be_stored_is_not_made()
    {
        _host.Audit.Unavailable = true;
        var message = await _host.SendAsync(_host.Request("tools/call", """{"name":"query","arguments":{"sql":"SELECT 1"}}""", "query"));
        Assert.Equal(5031, message.GetProperty("error").GetProperty("code").GetInt32());
        Assert.Empty(_host.Audit.Events);
    }

    [Fact]
    public async Task Without_a_policy_every_call_is_refused()
    {
        _host.Policy.Current = null;
        var message = await _host.SendAsync(_host.Request("tools/call", """{"name":"query","arguments":{"sql":"SELECT 1"}}""", "query"));
        Assert.Equal(5030, message.GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task An_unknown_tool_is_an_error_and_one_record()
    {
        var message = await _host.SendAsync(_host.Request("tools/call", """{"name":"drop","arguments":{}}""", "drop"));
        Assert.Equal(-32602, message.GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal(AuditEventKind.Denial, Assert.Single(_host.Audit.Events).Kind);
    }

    [Theory]
    [InlineData("Mcp-Method", "tools/list")]
    [InlineData("Mcp-Name", "other")]
    [InlineData("MCP-Protocol-Version", "2025-11-25")]
    public async Task A_header_that_differs_from_the_body_is_a_mismatch(string header, string value)
    {
        using var request = _host.Request("tools/call", """{"name":"query","arguments":{"sql":"SELECT 1"}}""", "query");
        request.Headers.Remove(header);
        request.Headers.Add(header, value);
        using var response = await _host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(-32020, (await AdapterHost.MessageOfAsync(response)).GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task An_unknown_revision_is_answered_with_those_supported()
    {
        using var request = _host.Request("tools/list");
        request.Headers.Remove("MCP-Protocol-Version");
        request.Headers.Add("MCP-Protocol-Version", "2099-01-01");
        using var response = await _host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var error = (await AdapterHost.MessageOfAsync(response)).GetProperty("error");
        Assert.Equal(-32022, error.GetProperty("code").GetInt32());
        Assert.Contains(
            "2026-07-28", error.GetProperty("data").GetProperty("supported").EnumerateArray().Select(version => version.GetString()));
    }

    [Fact]
    public async Task Missing_metadata_is_invalid_params()
    {
        using var response = await _host.Client.SendAsync(
            _host.Raw("""{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}""", "tools/list"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(-32602, (await AdapterHost.MessageOfAsync(response)).GetProperty("error").GetProperty("code").GetInt32());
    }

    [Theory]
    [InlineData("ping")]
    [InlineData("initialize")]
    [InlineData("no/such")]
    public async Task A_method_the_revision_does_not_have_is_not_found(string method)
    {
        using var response = await _host.Client.SendAsync(_host.Request(method));
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
        using var response = await _host.Client.SendAsync(_host.Raw(body, "tools/list"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(code, (await AdapterHost.MessageOfAsync(response)).GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal(AuditEventKind.Denial, Assert.Single(_host.Audit.Events).Kind);
    }

    [Fact]
    public async Task A_body_nested_too_deep_is_refused()
    {
        var deep = new string('[', 40) + new string(']', 40);
        using var response = await _host.Client.SendAsync(
            _host.Raw($$$"""{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"x":{{{deep}}} }}""", "tools/list"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused()
    {
        using var request = _host.Raw(new string(' ', 256 * 1024 + 1), "tools/list");
        request.Headers.ExpectContinue = true; // the refusal closes the connection: ask before sending
        using var response = await _host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task What_the_client_accepts_must_cover_both_answers()
    {
        using var request = _host.Request("tools/list");
        request.Headers.Accept.Clear();
        request.Headers.Accept.ParseAdd("application/json");
        using var response = await _host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotAcceptable, response.StatusCode);
    }

    [Fact]
    public async Task A_web_page_of_another_site_is_refused()
    {
        using var request = _host.Request("tools/list");
        request.Headers.Add("Origin", "https://evil.example");
        using var response = await _host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task Streams_and_sessions_are_not_offered(string verb)
    {
        using var response = await _host.Client.SendAsync(new HttpRequestMessage(new HttpMethod(verb), "/mcp"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    [Fact]
    public async Task The_metadata_names_the_resource_and_its_authorization_server()
    {
        var metadata = JsonSerializer.Deserialize<JsonElement>(
            await _host.Client.GetStringAsync("/.well-known/oauth-protected-resource/mcp"));
        Assert.Equal("https://analytics.mesh.example/mcp", metadata.GetProperty("resource").GetString());
        Assert.Equal("http://127.0.0.1:8081", metadata.GetProperty("authorization_servers")[0].GetString());
        Assert.Equal("analytics.query", metadata.GetProperty("scopes_supported")[0].GetString());
    }

    [Fact]
    public async Task An_unknown_argument_is_named()
    {
        var result = await _host.CallAsync("query", """{"sql":"SELECT 1","limits":3}""");
        Assert.True(result.GetProperty("isError").GetBoolean());
        Assert.StartsWith(
            "limits: is not an argument", result.GetProperty("content")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        var events = await _host.Audit.WaitForAsync(2);
        Assert.Equal("failed", events[1].Outcome);
    }

    [Fact]
    public async Task A_client_of_an_older_revision_is_served_without_a_session()
    {
        using var request = _host.Raw(
            """
            {"jsonrpc":"2.0","id":1,"method":"initialize",
             "params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}
            """,
            "initialize");
        foreach (var header in new[] { "MCP-Protocol-Version", "Mcp-Method" }) request.Headers.Remove(header);
        var initialized = await _host.SendAsync(request);
        Assert.Equal("2025-11-25", initialized.GetProperty("result").GetProperty("protocolVersion").GetString());

        using var list = _host.Raw("""{"jsonrpc":"2.0","id":2,"method":"tools/list","params":{}}""", "tools/list");
        list.Headers.Remove("MCP-Protocol-Version");
        list.Headers.Add("MCP-Protocol-Version", "2025-11-25");
        var listed = await _host.SendAsync(list);
        Assert.Single(listed.GetProperty("result").GetProperty("tools").EnumerateArray());
    }

    [Fact]
    public async Task Resources_describe_the_schema_to_those_who_may_query()
    {
        var list = await _host.SendAsync(_host.Request("resources/list"));
        Assert.Contains("sql://schema/orders", list.GetProperty("result").GetProperty("resources").EnumerateArray()
            .Select(resource => resource.GetProperty("uri").GetString()));
        var read = await _host.SendAsync(_host.Request("resources/read", """{"uri":"sql://schema/orders"}""", "sql://schema/orders"));
        Assert.Contains(
            "\"status\"", read.GetProperty("result").GetProperty("contents")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        var token = ReadableTokenValidator.Write(_host.Served.Resource, "u-guest", "analytics.query", group: "none");
        var denied = await _host.SendAsync(_host.Request("resources/read", """{"uri":"sql://schema"}""", "sql://schema", token));
        Assert.Equal(4030, denied.GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task An_unknown_resource_is_invalid_params()
    {
        var message = await _host.SendAsync(_host.Request("resources/read", """{"uri":"sql://schema/none"}""", "sql://schema/none"));
        Assert.Equal(-32602, message.GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task The_prompt_carries_the_question_and_the_tables()
    {
        var message = await _host.SendAsync(
            _host.Request("prompts/get", """{"name":"write-query","arguments":{"question":"How many failed?"}}""", "write-query"));
        var text = message.GetProperty("result").GetProperty("messages")[0].GetProperty("content").GetProperty("text").GetString();
        Assert.Contains("orders(", text, StringComparison.Ordinal);
        Assert.Contains("How many failed?", text, StringComparison.Ordinal);
    }
}
