using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using McpMesh.Audit;
using McpMesh.Testing;

namespace McpMesh.IntegrationTests.BadInput;

/// <summary>Each refused call gets one clear error and leaves exactly one record, with the same reason, at the sink.</summary>
[Collection(TroubledMeshCollection.Name)]
public sealed class RefusedCallTests(TroubledMesh shared) : IAsyncLifetime, IDisposable
{
    private RunningMesh Mesh => shared.Mesh;

    /// <summary>Every request of a test carries its trace: by that its records are told from late ones of what was done before.</summary>
    private readonly Activity _trace = new Activity("refused call").Start();

    private McpCaller _gateway = null!;
    private CodeSignIn _dana = null!;
    private AuditTrail _trail = null!;

    public async Task InitializeAsync()
    {
        _gateway = new(new Uri(Mesh.Gateway, "/mcp"));
        _dana = await CodeSignIn.AsAsync(Mesh, "dana", "dana-dev-password", "logs.read analytics.query incidents.trigger");
        _trail = await AuditTrail.FromNowAsync(Mesh, record => record.TraceId == _trace.TraceId.ToHexString());
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _gateway.Dispose();
        _trail.Dispose();
        _trace.Dispose();
    }

    [Theory]
    [InlineData("foreign host", 403)]
    [InlineData("page of another site", 403)]
    [InlineData("not JSON", 415)]
    [InlineData("accepts no stream", 406)]
    [InlineData("put instead of posted", 405)]
    public async Task A_call_refused_by_its_head_leaves_one_record_that_names_nobody(string kind, int status)
    {
        var answer = await _gateway.PostAsync(
            _dana.AccessToken, McpCaller.ToolCall("logs.read", "{}"), "tools/call", "logs.read", request => Spoil(request, kind));

        Assert.Equal((status, -32600), (answer.Status, answer.Code));
        var record = await OnlyDenialAsync(answer);
        Assert.Equal(("gateway", null, null, null), (record.Emitter, record.Subject, record.ClientId, record.Transaction));
    }

    [Theory]
    [InlineData("no token at all")]
    [InlineData("without a signature")]
    [InlineData("expired")]
    [InlineData("for another audience")]
    [InlineData("of another issuer")]
    [InlineData("of another type")]
    [InlineData("changed after it was signed")]
    public async Task A_bad_token_is_a_challenge_and_one_record(string kind)
    {
        var token = Forge(kind);

        var answer = await _gateway.CallAsync(token, "logs.read");

        Assert.Equal((401, 4010), (answer.Status, answer.Code));
        Assert.Contains("error=\"invalid_token\"", answer.Challenge, StringComparison.Ordinal);
        Assert.DoesNotContain(token, answer.Body, StringComparison.Ordinal);
        var record = await OnlyDenialAsync(answer);
        Assert.Null(record.Subject);
    }

    [Theory]
    [InlineData("unknown tool", 200, -32602)]
    [InlineData("unknown server", 200, -32602)]
    [InlineData("unknown method", 404, -32601)]
    [InlineData("malformed JSON", 400, -32700)]
    [InlineData("duplicate key", 400, -32600)]
    [InlineData("header says another tool", 400, -32020)]
    [InlineData("body over the limit", 413, -32600)]
    [InlineData("denied by role", 200, 4030)]
    [InlineData("scope missing from the token", 403, 4030)]
    public async Task A_call_that_is_refused_gets_its_code_and_leaves_one_record(string kind, int status, int code)
    {
        var answer = await SendAsync(kind);

        Assert.Equal((status, code), (answer.Status, answer.Code));
        var record = await OnlyDenialAsync(answer);
        Assert.Equal(_dana.Claim("txn"), record.Transaction);
    }

    [Fact]
    public async Task The_token_for_the_gateway_is_refused_by_a_server_and_leaves_the_servers_record()
    {
        using var server = new McpCaller(new Uri(
            Aspire.Hosting.Testing.DistributedApplicationHostingTestingExtensions.GetEndpoint(Mesh.App, "adapter-logs", "http"), "/mcp"));

        var answer = await server.CallAsync(_dana.AccessToken, "read");

        Assert.Equal(401, answer.Status);
        Assert.Equal("logs", (await OnlyDenialAsync(answer)).Emitter);
    }

    [Fact]
    public async Task A_replayed_ID_JAG_is_refused_and_leaves_one_record()
    {
        using var agent = new EnterpriseAgent(Mesh);
        var idToken = await agent.IdTokenAsync("dana", "dana-dev-password");
        var idJag = await agent.IdJagAsync(idToken, new Uri(Mesh.Gateway, "/mcp").AbsoluteUri, "logs.read");
        await agent.RedeemAsync(idJag);

        var refusal = await Assert.ThrowsAsync<HttpRequestException>(() => agent.RedeemAsync(idJag));

        Assert.Contains("invalid_grant", refusal.Message, StringComparison.Ordinal);
        var record = await OnlyAsync(AuditEventKind.TokenRefused);
        Assert.Equal(("token-exchange", "ema-agent", "denied"), (record.Emitter, record.ClientId, record.Outcome));
        Assert.StartsWith("invalid_grant: ", record.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_sign_in_is_a_page_and_leaves_one_record()
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var response = await http.GetAsync(
            new Uri(Mesh.TokenExchange, "/authorize?client_id=nobody&redirect_uri=http://127.0.0.1/callback"));

        Assert.Equal((400, "text/html"), ((int)response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        AssertNothingInternal(await response.Content.ReadAsStringAsync());
        Assert.Equal("token-exchange", (await OnlyAsync(AuditEventKind.TokenRefused)).Emitter);
    }

    private static void Spoil(HttpRequestMessage request, string kind)
    {
        switch (kind)
        {
            case "foreign host":
                request.Headers.Host = "rebound.example";
                break;
            case "page of another site":
                request.Headers.Add("Origin", "https://elsewhere.example");
                break;
            case "not JSON":
                request.Content!.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
                break;
            case "accepts no stream":
                request.Headers.Remove("Accept");
                request.Headers.Add("Accept", "application/json");
                break;
            default:
                request.Method = HttpMethod.Put;
                break;
        }
    }

    private string Forge(string kind)
    {
        var forged = new ForgedTokens(Mesh, _dana.AccessToken);
        return kind switch
        {
            "no token at all" => "not-a-token",
            "without a signature" => forged.Unsigned(),
            "expired" => forged.With(claims => (claims["iat"], claims["exp"]) = (Ago(20), Ago(10))),
            "for another audience" => forged.With(claims => claims["aud"] = "https://logs.mesh.example/mcp"),
            "of another issuer" => forged.With(claims => claims["iss"] = "https://elsewhere.example"),
            "of another type" => forged.With(_ => { }, "JWT"),
            _ => _dana.AccessToken[..^8] + "AAAAAAAA",
        };
    }

    private Task<McpAnswer> SendAsync(string kind) => kind switch
    {
        "unknown tool" => _gateway.CallAsync(_dana.AccessToken, "logs.no-such-tool"),
        "unknown server" => _gateway.CallAsync(_dana.AccessToken, "nobody.read"),
        "unknown method" => PostAsync(McpCaller.Message("tools/destroy", "\"name\":\"logs.read\""), "tools/destroy", null),
        "malformed JSON" => PostAsync("{\"jsonrpc\":\"2.0\",", "tools/call", "logs.read"),
        "duplicate key" => PostAsync(
            McpCaller.Message("tools/call", "\"name\":\"logs.read\",\"name\":\"incidents.trigger\""), "tools/call", "logs.read"),
        "header says another tool" => PostAsync(McpCaller.ToolCall("incidents.trigger", "{}"), "tools/call", "logs.read"),
        "body over the limit" => PostAsync(
            McpCaller.ToolCall("logs.read", $"{{\"text\":\"{new string('x', 5 * 1024 * 1024)}\"}}"), "tools/call", "logs.read"),
        "denied by role" => _gateway.CallAsync(_dana.AccessToken, "incidents.trigger"),
        _ => _gateway.CallAsync(_dana.AccessToken, "cost.query", """{"sql":"select 1"}"""),
    };

    private Task<McpAnswer> PostAsync(string body, string method, string? name) =>
        _gateway.PostAsync(_dana.AccessToken, body, method, name);

    private async Task<AuditEvent> OnlyDenialAsync(McpAnswer answer)
    {
        AssertNothingInternal(answer.Body);
        var record = await OnlyAsync(AuditEventKind.Denial);
        if (answer.Reason is not null) Assert.Equal(answer.Reason, record.Reason);
        Assert.False(string.IsNullOrEmpty(record.Reason));
        Assert.Equal("denied", record.Outcome);
        return record;
    }

    /// <summary>The test's one refusal; a good call after it flushes what else there might be.</summary>
    private async Task<AuditEvent> OnlyAsync(AuditEventKind kind)
    {
        await _trail.ReadAsync(records => records.Any(record => record.Kind == kind));
        var good = await _gateway.CallAsync(_dana.AccessToken, "analytics.query", """{"sql":"select 1"}""");
        Assert.Equal((200, 0), (good.Status, good.Code));
        var transaction = _dana.Claim("txn");
        var records = await _trail.ReadAsync(all => all.Any(r =>
            r is { Kind: AuditEventKind.Outcome, Emitter: "gateway" } && r.Transaction == transaction));
        return Assert.Single(records, record => record.Kind is AuditEventKind.Denial or AuditEventKind.TokenRefused);
    }

    private static JsonNode Ago(int minutes) => DateTimeOffset.UtcNow.AddMinutes(-minutes).ToUnixTimeSeconds();

    internal static void AssertNothingInternal(string body)
    {
        Assert.DoesNotContain("   at ", body, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", body, StringComparison.Ordinal);
        Assert.DoesNotContain("McpMesh.", body, StringComparison.Ordinal);
    }
}
