using System.Text;
using McpMesh.Audit;
using McpMesh.Configuration;
using McpMesh.Gateway.Tests.Mesh;
using Microsoft.AspNetCore.Http;

namespace McpMesh.Gateway.Tests;

/// <summary>How answers come back, and how calls end early.</summary>
public sealed class RelayTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static async Task SendAsync(HttpContext http, string text)
    {
        await http.Response.WriteAsync(text);
        await http.Response.Body.FlushAsync();
    }

    [Fact]
    public async Task Events_arrive_before_the_call_has_ended_and_byte_for_byte()
    {
        await using var mesh = await TestMesh.StartAsync();
        var release = new TaskCompletionSource();
        const string Progress =
            "event: message\ndata: " +
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":1,\"progress\":1.50}}\n\n";
        mesh.Echo.Answer = async (request, http) =>
        {
            http.Response.ContentType = "text/event-stream";
            await SendAsync(http, Progress);
            await release.Task;
            await SendAsync(http, $"data: {UpstreamServer.Result(request, "{\"content\":[]}")}\n\n");
        };
        using var agent = mesh.Agent();

        using var response = await agent.SendAsync(agent.Modern(TestAgent.Call("echo.say")));
        await using var stream = await response.Content.ReadAsStreamAsync();
        var first = new byte[Progress.Length];
        await stream.ReadExactlyAsync(first).AsTask().WaitAsync(Patience);

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("no", response.Headers.GetValues("X-Accel-Buffering").Single());
        Assert.Equal(Progress, Encoding.UTF8.GetString(first));
        Assert.DoesNotContain(mesh.Audit.Events, e => e.Kind == AuditEventKind.Outcome);
        release.SetResult();
        using var rest = new StreamReader(stream);
        Assert.Equal(
            "data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[]}}\n\n", await rest.ReadToEndAsync().WaitAsync(Patience));
        Assert.Equal("success", (await mesh.Audit.OutcomeAsync()).Outcome);
    }

    [Fact]
    public async Task A_client_that_hangs_up_ends_the_call_at_the_server()
    {
        await using var mesh = await TestMesh.StartAsync();
        var aborted = new TaskCompletionSource();
        var arrived = new TaskCompletionSource();
        mesh.Echo.Answer = async (_, http) =>
        {
            using var registration = http.RequestAborted.Register(() => aborted.TrySetResult());
            arrived.TrySetResult();
            await aborted.Task;
        };
        using var agent = mesh.Agent();
        using var hangUp = new CancellationTokenSource();

        var call = agent.SendAsync(agent.Modern(TestAgent.Call("echo.say")), hangUp.Token);
        await arrived.Task.WaitAsync(Patience);
        await hangUp.CancelAsync();

        await aborted.Task.WaitAsync(Patience);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal("cancelled", (await mesh.Audit.OutcomeAsync()).Outcome);
    }

    [Fact]
    public async Task A_client_that_hangs_up_while_its_intent_is_being_recorded_leaves_an_outcome_and_no_call()
    {
        await using var mesh = await TestMesh.StartAsync();
        var committed = new TaskCompletionSource();
        mesh.Audit.Commit = committed.Task;
        using var agent = mesh.Agent();
        using var hangUp = new CancellationTokenSource();

        var call = agent.SendAsync(agent.Modern(TestAgent.Call("echo.say")), hangUp.Token);
        await mesh.Audit.Asked.Task.WaitAsync(Patience);
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await mesh.GivenUp.Task.WaitAsync(Patience);
        committed.SetResult();

        Assert.Equal("cancelled", (await mesh.Audit.OutcomeAsync()).Outcome);
        Assert.Empty(mesh.Echo.Requests);
    }

    [Fact]
    public async Task A_client_that_hangs_up_in_the_middle_of_a_stream_ends_the_call_at_the_server()
    {
        await using var mesh = await TestMesh.StartAsync();
        var aborted = new TaskCompletionSource();
        mesh.Echo.Answer = async (_, http) =>
        {
            using var registration = http.RequestAborted.Register(() => aborted.TrySetResult());
            http.Response.ContentType = "text/event-stream";
            await SendAsync(http, ": begun\n\n");
            await aborted.Task;
        };
        using var agent = mesh.Agent();

        var response = await agent.SendAsync(agent.Modern(TestAgent.Call("echo.say")));
        response.Dispose();

        await aborted.Task.WaitAsync(Patience);
        Assert.Equal("cancelled", (await mesh.Audit.OutcomeAsync()).Outcome);
    }

    [Theory]
    [InlineData("""{"content":[],"isError":true}""", "failed")]
    [InlineData("""{"content":[],"isError":false}""", "success")]
    public async Task The_record_tells_a_tools_error_from_a_success(string result, string outcome)
    {
        await using var mesh = await TestMesh.StartAsync();
        mesh.Echo.Answer = (request, http) => UpstreamServer.JsonAsync(http, UpstreamServer.Result(request, result));
        using var agent = mesh.Agent();

        await agent.CallAsync("echo.say");

        Assert.Equal(outcome, (await mesh.Audit.OutcomeAsync()).Outcome);
    }

    [Theory]
    [InlineData(200, -32602)]
    [InlineData(400, -32602)]
    [InlineData(404, -32601)]
    public async Task A_servers_own_error_is_passed_on_with_its_status(int status, int code)
    {
        await using var mesh = await TestMesh.StartAsync();
        mesh.Echo.Answer = (request, http) => UpstreamServer.JsonAsync(
            http, $$"""{"jsonrpc":"2.0","id":{{request.Id}},"error":{"code":{{code}},"message":"theirs"} }""", status);
        using var agent = mesh.Agent();

        var (got, json) = await agent.CallAsync("echo.say");

        Assert.Equal((status, code, "theirs"), (got, (int)json["error"]!["code"]!, (string?)json["error"]!["message"]));
        Assert.Equal("failed", (await mesh.Audit.OutcomeAsync()).Outcome);
    }

    [Theory]
    [InlineData(500, "text/html", "<h1>stack trace</h1>")]
    [InlineData(200, "text/html", "<h1>stack trace</h1>")]
    [InlineData(200, "application/json", "{\"stack trace\":1}")]
    [InlineData(200, "application/json", "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"x\":\"stack trace\"}}")]
    [InlineData(200, "application/json", "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{")]
    [InlineData(202, "application/json", "")]
    [InlineData(302, "application/json", "")]
    [InlineData(401, "application/json", "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":1,\"message\":\"stack trace\"}}")]
    public async Task An_answer_that_is_not_MCP_is_an_error_of_the_mesh(int status, string type, string body)
    {
        await using var mesh = await TestMesh.StartAsync();
        mesh.Echo.Answer = (_, http) =>
        {
            (http.Response.StatusCode, http.Response.ContentType) = (status, type);
            return http.Response.WriteAsync(body);
        };
        using var agent = mesh.Agent();

        var (got, json) = await agent.CallAsync("echo.say");

        Assert.Equal((200, 5020, status), (got, (int)json["error"]!["code"]!, (int)json["error"]!["data"]!["upstreamStatus"]!));
        Assert.DoesNotContain("stack trace", json.ToJsonString(), StringComparison.Ordinal);
        Assert.NotEqual("success", (await mesh.Audit.OutcomeAsync()).Outcome);
    }

    [Fact]
    public async Task A_dead_server_is_unavailable_and_says_when_to_try_again()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();
        await mesh.Echo.DisposeAsync();

        var (status, json) = await agent.CallAsync("echo.say");

        Assert.Equal((200, 5030), (status, (int)json["error"]!["code"]!));
        Assert.True((int)json["error"]!["data"]!["retryAfterMs"]! > 0);
        Assert.Equal("failed", (await mesh.Audit.OutcomeAsync()).Outcome);
    }

    [Fact]
    public async Task An_app_that_the_sidecar_cannot_reach_is_unavailable()
    {
        await using var mesh = await TestMesh.StartAsync();
        mesh.Logs.Answer = (_, http) => UpstreamServer.JsonAsync(
            http, """{"errorCode":"ERR_DIRECT_INVOKE","message":"failed to invoke, id: adapter-logs"}""", 500);
        using var agent = mesh.Agent();
        Assert.Equal(5030, (int)(await agent.CallAsync("logs.read")).Json["error"]!["code"]!);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_in_time_leaves_the_outcome_open()
    {
        await using var mesh = await TestMesh.StartAsync(new LimitsConfiguration { CallTimeout = TimeSpan.FromMilliseconds(200) });
        mesh.Echo.Answer = (_, http) => Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        using var agent = mesh.Agent();

        var (_, json) = await agent.CallAsync("echo.say");

        Assert.Equal(4091, (int)json["error"]!["code"]!);
        Assert.Equal("unknown", (await mesh.Audit.OutcomeAsync()).Outcome);
    }

    [Fact]
    public async Task A_stream_that_ends_without_an_answer_ends_with_an_error_instead()
    {
        await using var mesh = await TestMesh.StartAsync();
        mesh.Echo.Answer = async (_, http) =>
        {
            http.Response.ContentType = "text/event-stream";
            await SendAsync(http, ": begun\n\n");
        };
        using var agent = mesh.Agent();

        using var response = await agent.SendAsync(agent.Modern(TestAgent.Call("echo.say")));
        var body = await response.Content.ReadAsStringAsync();

        Assert.StartsWith(
            ": begun\n\nevent: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":4091", body, StringComparison.Ordinal);
        Assert.Equal("unknown", (await mesh.Audit.OutcomeAsync()).Outcome);
    }

    [Fact]
    public async Task A_large_answer_passes_whole()
    {
        await using var mesh = await TestMesh.StartAsync();
        var text = string.Concat(Enumerable.Range(0, 400_000).Select(i => $"{i} é\\n"));
        mesh.Echo.Answer = (request, http) =>
            UpstreamServer.JsonAsync(http, UpstreamServer.Result(request, UpstreamServer.Text($"\"{text}\"")));
        using var agent = mesh.Agent();

        using var response = await agent.SendAsync(agent.Modern(TestAgent.Call("echo.say")));

        Assert.Equal("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + UpstreamServer.Text($"\"{text}\"") + "}",
            await response.Content.ReadAsStringAsync());
        Assert.Equal("success", (await mesh.Audit.OutcomeAsync()).Outcome);
    }

    [Fact]
    public async Task Listening_is_acknowledged_and_ends_with_a_result_when_the_gateway_stops()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();
        using var response = await agent.SendAsync(agent.Modern(
            $$"""
            {"jsonrpc":"2.0","id":"s-1","method":"subscriptions/listen",
             "params":{"notifications":{"toolsListChanged":true},{{TestAgent.Meta}} } }
            """));
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        await reader.ReadLineAsync().WaitAsync(Patience);
        var acknowledged = await reader.ReadLineAsync().WaitAsync(Patience);
        Assert.Contains(
            "\"notifications/subscriptions/acknowledged\",\"params\":{\"notifications\":{}," +
            "\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":\"s-1\"}}",
            acknowledged, StringComparison.Ordinal);

        var stop = mesh.StopAsync(0);

        Assert.Contains("\"id\":\"s-1\",\"result\":{\"resultType\":\"complete\"", await reader.ReadToEndAsync().WaitAsync(Patience),
            StringComparison.Ordinal);
        await stop;
    }
}
