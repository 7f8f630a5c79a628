using System.Net;
using System.Text.Json;
using McpMesh.Adapters.Tests.Hosting;
using McpMesh.Audit;

namespace McpMesh.Adapters.Tests.Mcp;

/// <summary>Who is let in, who is refused and how, and what of it is on record.</summary>
public sealed class AccessTests : OrdersServerTest
{
    [Fact]
    public async Task A_token_for_the_neighbour_is_refused_and_recorded()
    {
        var token = ReadableTokenValidator.Write("https://cost.mesh.example/mcp", "u-sam", "analytics.query");
        using var response = await Host.Client.SendAsync(
            Host.Request("tools/call", """{"name":"query","arguments":{"sql":"SELECT 1"}}""", "query", token));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        var challenge = response.Headers.WwwAuthenticate.ToString();
        Assert.Contains("resource_metadata=\"https://analytics.mesh.example/.well-known/oauth-protected-resource/mcp\"", challenge,
            StringComparison.Ordinal);
        Assert.Contains("error=\"invalid_token\"", challenge, StringComparison.Ordinal);
        Assert.Equal(AuditEventKind.Denial, Assert.Single(Host.Audit.Events).Kind);
    }

    [Fact]
    public async Task No_token_is_challenged_without_an_error()
    {
        using var request = Host.Request("tools/list");
        request.Headers.Authorization = null;
        using var response = await Host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        var challenge = response.Headers.WwwAuthenticate.ToString();
        Assert.Contains("scope=\"analytics.query\"", challenge, StringComparison.Ordinal);
        Assert.DoesNotContain("error=", challenge, StringComparison.Ordinal);
        Assert.Empty(Host.Audit.Events);
    }

    [Theory]
    [InlineData("", "gateway")]
    [InlineData("sample-agent", "gateway")]
    public async Task A_token_whose_newest_actor_is_not_its_client_is_refused(string actors, string client)
    {
        var token = ReadableTokenValidator.Write(Host.Served.Resource, "u-sam", "analytics.query", actors: actors, client: client);
        using var response = await Host.Client.SendAsync(Host.Request("tools/list", token: token));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task A_role_without_the_method_is_denied_with_the_reason_and_one_record()
    {
        var token = ReadableTokenValidator.Write(Host.Served.Resource, "u-guest", "analytics.query", group: "none");
        using var response = await Host.Client.SendAsync(
            Host.Request("tools/call", """{"name":"query","arguments":{"sql":"SELECT 1"}}""", "query", token));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var error = (await AdapterHost.MessageOfAsync(response)).GetProperty("error");
        Assert.Equal(4030, error.GetProperty("code").GetInt32());
        Assert.Equal("analytics.query", error.GetProperty("data").GetProperty("method").GetString());
        Assert.Equal("txn-1", error.GetProperty("data").GetProperty("txn").GetString());
        var record = Assert.Single(Host.Audit.Events);
        Assert.Equal((AuditEventKind.Denial, "deny"), (record.Kind, record.Decision));
    }

    [Fact]
    public async Task A_token_without_the_scope_is_told_which_scope_helps()
    {
        using var response = await Host.Client.SendAsync(
            Host.Request("tools/call", """{"name":"query","arguments":{"sql":"SELECT 1"}}""", "query", Host.Token(scopes: "cost.query")));
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        var challenge = response.Headers.WwwAuthenticate.ToString();
        Assert.Contains("error=\"insufficient_scope\"", challenge, StringComparison.Ordinal);
        Assert.Contains("scope=\"analytics.query\"", challenge, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_whose_intent_cannot_be_stored_is_not_made()
    {
        Host.Audit.Unavailable = true;
        var message = await Host.SendAsync(Host.Request("tools/call", """{"name":"query","arguments":{"sql":"SELECT 1"}}""", "query"));
        Assert.Equal(5031, message.GetProperty("error").GetProperty("code").GetInt32());
        Assert.Empty(Host.Audit.Events);
    }

    [Fact]
    public async Task Without_a_policy_every_call_is_refused()
    {
        Host.Policy.Current = null;
        var message = await Host.SendAsync(Host.Request("tools/call", """{"name":"query","arguments":{"sql":"SELECT 1"}}""", "query"));
        Assert.Equal(5030, message.GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task The_metadata_names_the_resource_and_its_authorization_server()
    {
        var metadata = JsonSerializer.Deserialize<JsonElement>(
            await Host.Client.GetStringAsync("/.well-known/oauth-protected-resource/mcp"));
        Assert.Equal("https://analytics.mesh.example/mcp", metadata.GetProperty("resource").GetString());
        Assert.Equal("http://127.0.0.1:8081", metadata.GetProperty("authorization_servers")[0].GetString());
        Assert.Equal("analytics.query", metadata.GetProperty("scopes_supported")[0].GetString());
    }

    [Fact]
    public async Task A_list_shows_nothing_to_a_caller_without_rights()
    {
        var token = ReadableTokenValidator.Write(Host.Served.Resource, "u-guest", "analytics.query", group: "none");
        var message = await Host.SendAsync(Host.Request("tools/list", token: token));
        Assert.Empty(message.GetProperty("result").GetProperty("tools").EnumerateArray());
    }

    [Fact]
    public async Task A_refusal_is_answered_also_when_it_cannot_be_recorded()
    {
        Host.Audit.Unavailable = true;
        using var response = await Host.Client.SendAsync(Host.Request("tools/list", token: "forged"));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Without_the_issuers_keys_a_token_is_neither_right_nor_wrong_and_the_refusal_is_on_record()
    {
        Host.Tokens.IsWithoutKeys = true;
        using var response = await Host.Client.SendAsync(Host.Request("tools/list"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        var error = (await AdapterHost.MessageOfAsync(response)).GetProperty("error");
        Assert.Equal(5030, error.GetProperty("code").GetInt32());
        Assert.Equal(1000, error.GetProperty("data").GetProperty("retryAfterMs").GetInt32());
        var record = Assert.Single(Host.Audit.Events);
        Assert.Equal((AuditEventKind.Denial, null), (record.Kind, record.Subject));
    }
}
