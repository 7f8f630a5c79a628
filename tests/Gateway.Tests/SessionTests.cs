using McpMesh.Audit;
using McpMesh.Gateway.Sessions;
using McpMesh.Gateway.Tests.Mesh;

namespace McpMesh.Gateway.Tests;

/// <summary>The legacy era.</summary>
public sealed class SessionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const string Say = """{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"echo.say","arguments":{"text":"hi"}}}""";

    [Theory]
    [InlineData("2025-03-26", "2025-03-26")]
    [InlineData("2025-06-18", "2025-06-18")]
    [InlineData("2025-11-25", "2025-11-25")]
    [InlineData("2024-11-05", "2025-11-25")]
    public async Task A_handshake_opens_a_session_of_the_agreed_revision(string asked, string agreed)
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();

        var json = await agent.InitializeAsync(asked);

        Assert.Equal(agreed, (string?)json["result"]!["protocolVersion"]);
        Assert.NotNull(json["result"]!["capabilities"]!["tools"]);
        Assert.NotNull(json["result"]!["serverInfo"]!["name"]);
        Assert.Matches("^[A-Za-z0-9_-]{43}$", agent.Session);
        Assert.Equal(202, (await agent.AskAsync(agent.Raw("""{"jsonrpc":"2.0","method":"notifications/initialized"}"""))).Status);
        Assert.Equal(
            "{}", (await agent.AskAsync(agent.Raw("""{"jsonrpc":"2.0","id":2,"method":"ping"}"""))).Json["result"]!.ToJsonString());
    }

    [Fact]
    public async Task A_call_gets_the_metadata_of_the_modern_era_and_no_other_byte_changes()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();
        await agent.InitializeAsync();

        var (_, json) = await agent.AskAsync(agent.Raw(Say));
        await agent.AskAsync(agent.Raw(Say.Replace("\"name\"", "\"_meta\":{\"progressToken\":1},\"name\"", StringComparison.Ordinal)));

        Assert.Equal("hi", (string?)json["result"]!["content"]![0]!["text"]);
        const string Added = "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}";
        Assert.Equal(
            [
                """{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"_meta":{""" + Added +
                    """},"name":"say","arguments":{"text":"hi"}}}""",
                """{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"_meta":{""" + Added +
                    ""","progressToken":1},"name":"say","arguments":{"text":"hi"}}}""",
            ],
            mesh.Echo.Requests.Select(request => request.Body));
        Assert.All(mesh.Echo.Requests, request => Assert.Equal(("2026-07-28", "tools/call", "say"),
            (request.Headers["MCP-Protocol-Version"], request.Headers["Mcp-Method"], request.Headers["Mcp-Name"])));
        Assert.All(mesh.Echo.Requests, request => Assert.False(request.Headers.ContainsKey("Mcp-Session-Id")));
    }

    [Fact]
    public async Task Any_replica_serves_the_session_also_when_its_own_has_died()
    {
        await using var mesh = await TestMesh.StartAsync(replicas: 2);
        using var first = mesh.Agent();
        await first.InitializeAsync();
        await mesh.StopAsync(0);
        using var second = mesh.Agent(replica: 1);
        (second.Session, second.Version) = (first.Session, first.Version);

        Assert.NotNull((await second.AskAsync(second.Raw(Say))).Json["result"]);
    }

    [Theory]
    [InlineData("sam", "agent", "/mcp")]
    [InlineData("dana", "other-agent", "/mcp")]
    [InlineData("dana", "agent", "/mcp/echo")]
    public async Task A_session_of_another_user_client_or_path_is_not_found(string subject, string client, string path)
    {
        await using var mesh = await TestMesh.StartAsync();
        using var owner = mesh.Agent();
        await owner.InitializeAsync();
        using var thief = mesh.Agent(subject, client: client, path: path);
        (thief.Session, thief.Version) = (owner.Session, owner.Version);

        Assert.Equal(404, (await thief.AskAsync(thief.Raw(Say))).Status);
        Assert.Equal(404, (await thief.AskAsync(thief.Authorize(new HttpRequestMessage(HttpMethod.Delete, thief.Endpoint)))).Status);
        Assert.Empty(mesh.Echo.Requests);
        Assert.NotNull((await owner.AskAsync(owner.Raw(Say))).Json["result"]);
        Assert.Equal(2, mesh.Audit.Events.Count(e => e.Kind == AuditEventKind.Denial));
    }

    [Fact]
    public async Task A_session_survives_a_new_token_of_the_same_user_and_client()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var before = mesh.Agent();
        await before.InitializeAsync();
        using var after = mesh.Agent();
        (after.Session, after.Version) = (before.Session, before.Version);

        Assert.NotNull((await after.AskAsync(after.Raw(Say))).Json["result"]);
    }

    [Theory]
    [InlineData(null, 400)]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 404)]
    [InlineData("../../etc", 404)]
    public async Task A_request_without_a_known_session_is_refused(string? session, int expected)
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();
        (agent.Session, agent.Version) = (session, "2025-11-25");
        Assert.Equal(expected, (await agent.AskAsync(agent.Raw(Say))).Status);
    }

    [Fact]
    public async Task An_unserved_version_header_is_refused()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();
        await agent.InitializeAsync();
        agent.Version = "2024-11-05";
        Assert.Equal(400, (await agent.AskAsync(agent.Raw(Say))).Status);
    }

    [Fact]
    public async Task A_deleted_session_is_gone()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();
        await agent.InitializeAsync();
        Assert.NotNull((await agent.AskAsync(agent.Raw(Say))).Json["result"]);

        Assert.Equal(204, (await agent.AskAsync(agent.Authorize(new HttpRequestMessage(HttpMethod.Delete, agent.Endpoint)))).Status);

        Assert.Equal(404, (await agent.AskAsync(agent.Raw(Say))).Status);
        Assert.Equal(0, mesh.Sessions.Count);
    }

    [Fact]
    public async Task A_session_that_ended_at_another_replica_is_gone_here_soon()
    {
        var clock = new MovableClock();
        var store = new TestSessions();
        using var here = new SessionDirectory(store, TestMesh.Configured(), clock);
        using var there = new SessionDirectory(store, TestMesh.Configured(), clock);
        var tokens = new TestTokens();
        var owner = (await tokens.ValidateAsync(tokens.Issue("dana", "g", "", "r"), "r", default)).Token!;
        var session = await there.OpenAsync(owner, null, Protocol.McpRevision.V20251125, default);
        Assert.NotNull(await here.FindAsync(session.Id, owner, null, default));

        await there.EndAsync(session, default);
        clock.Now += SessionDirectory.Freshness;

        Assert.Null(await here.FindAsync(session.Id, owner, null, default));
    }

    [Fact]
    public async Task A_lost_connection_ends_no_call_but_a_cancellation_does()
    {
        await using var mesh = await TestMesh.StartAsync();
        var arrived = new TaskCompletionSource();
        var aborted = new TaskCompletionSource();
        mesh.Echo.Answer = async (_, http) =>
        {
            using var registration = http.RequestAborted.Register(() => aborted.TrySetResult());
            arrived.TrySetResult();
            await aborted.Task;
        };
        using var agent = mesh.Agent();
        await agent.InitializeAsync();
        using var hangUp = new CancellationTokenSource();
        var call = agent.SendAsync(agent.Raw(Say), hangUp.Token);
        await arrived.Task.WaitAsync(Patience);

        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.NotNull((await agent.AskAsync(agent.Raw("""{"jsonrpc":"2.0","id":6,"method":"ping"}"""))).Json["result"]);
        Assert.False(aborted.Task.IsCompleted);
        Assert.Equal(202,
            (await agent.AskAsync(agent.Raw("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5}}"""))).Status);

        await aborted.Task.WaitAsync(Patience);
        Assert.Equal("cancelled", (await mesh.Audit.OutcomeAsync()).Outcome);
    }

    [Fact]
    public async Task Nobody_cancels_a_call_of_another_session()
    {
        await using var mesh = await TestMesh.StartAsync();
        var arrived = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        mesh.Echo.Answer = async (request, http) =>
        {
            arrived.TrySetResult();
            await release.Task.WaitAsync(http.RequestAborted);
            await UpstreamServer.JsonAsync(http, UpstreamServer.Result(request, "{}"));
        };
        using var agent = mesh.Agent();
        using var other = mesh.Agent("sam");
        await agent.InitializeAsync();
        await other.InitializeAsync();
        var call = agent.AskAsync(agent.Raw(Say));
        await arrived.Task.WaitAsync(Patience);

        await other.AskAsync(other.Raw("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5}}"""));
        release.SetResult();

        Assert.NotNull((await call).Json["result"]);
    }

    [Fact]
    public async Task The_log_level_is_remembered_with_the_session()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();
        await agent.InitializeAsync();

        var (_, json) = await agent.AskAsync(
            agent.Raw("""{"jsonrpc":"2.0","id":2,"method":"logging/setLevel","params":{"level":"warning"}}"""));
        var (_, wrong) = await agent.AskAsync(
            agent.Raw("""{"jsonrpc":"2.0","id":3,"method":"logging/setLevel","params":{"level":"loud"}}"""));

        Assert.NotNull(json["result"]);
        Assert.Equal(-32602, (int)wrong["error"]!["code"]!);
        Assert.Equal("warning", (await mesh.Sessions.FindAsync(agent.Session!, default))!.Value.Session.LogLevel);
    }

    [Fact]
    public async Task The_stream_from_the_server_opens_for_a_session_and_ends_with_the_gateway()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();
        await agent.InitializeAsync();
        using var request = agent.Authorize(new HttpRequestMessage(HttpMethod.Get, agent.Endpoint));
        request.Headers.Add("Accept", "text/event-stream");
        using var response = await agent.SendAsync(request).WaitAsync(Patience);
        Assert.Equal(("text/event-stream", 200), (response.Content.Headers.ContentType!.MediaType, (int)response.StatusCode));

        var stop = mesh.StopAsync(0);

        Assert.Equal("", await response.Content.ReadAsStringAsync().WaitAsync(Patience));
        await stop;
    }

    [Fact]
    public async Task Unknown_methods_are_errors_in_a_session_not_lost_sessions()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();
        await agent.InitializeAsync();
        var (status, json) = await agent.AskAsync(agent.Raw("""{"jsonrpc":"2.0","id":2,"method":"server/discover"}"""));
        Assert.Equal((200, -32601), (status, (int)json["error"]!["code"]!));
    }
}
