using McpMesh.Audit;
using McpMesh.Gateway.Tests.Mesh;

namespace McpMesh.Gateway.Tests;

/// <summary>What a refusal by the head of the request leaves in the log, before anybody looked at the token.</summary>
public sealed class HeadRefusalTests
{
    [Theory]
    [InlineData("Host", "evil.test", 403, "Host names no host of this gateway.")]
    [InlineData("Origin", "https://evil.test", 403, "Origin is not on the allow-list.")]
    [InlineData("Content-Type", "text/plain", 415, "Content-Type must be application/json without a content encoding.")]
    [InlineData("Accept", "application/json", 406, "Accept must list application/json and text/event-stream.")]
    public async Task A_call_refused_by_its_head_leaves_one_record_that_names_nobody(string header, string value, int status, string reason)
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();

        var (answered, json) = await agent.AskAsync(agent.Modern(TestAgent.Call("echo.say"), request => Replace(request, header, value)));

        Assert.Equal((status, reason), (answered, (string?)json["error"]!["data"]!["reason"]));
        Assert.Null(json["error"]!["data"]!["txn"]);
        AssertNamesNobody(Assert.Single(mesh.Audit.Events), reason);
        Assert.Empty(mesh.Echo.Requests);
    }

    [Theory]
    [InlineData("PUT", "/mcp")]
    [InlineData("PATCH", "/mcp/echo")]
    public async Task A_message_under_another_verb_leaves_one_record(string verb, string path)
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent(path: path);

        using var response = await agent.SendAsync(
            agent.Modern(TestAgent.Call("echo.say"), request => request.Method = new HttpMethod(verb)));

        Assert.Equal(405, (int)response.StatusCode);
        Assert.Equal(["GET", "POST", "DELETE"], response.Content.Headers.Allow);
        AssertNamesNobody(Assert.Single(mesh.Audit.Events), "A message is sent with POST.");
    }

    [Theory]
    [InlineData("GET", "/mcp", null, 405)]
    [InlineData("DELETE", "/mcp/echo", null, 405)]
    [InlineData("GET", "/.well-known/oauth-protected-resource", "evil.test", 403)]
    public async Task What_is_no_call_leaves_no_record(string verb, string path, string? host, int expected)
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();
        using var request = new HttpRequestMessage(new HttpMethod(verb), new Uri(mesh.Url() + path)) { Headers = { Host = host } };

        using var response = await agent.SendAsync(request);

        Assert.Equal(expected, (int)response.StatusCode);
        Assert.Empty(mesh.Audit.Events);
    }

    [Fact]
    public async Task A_flood_of_them_is_counted_not_recorded_one_by_one()
    {
        var clock = new MovableClock();
        await using var mesh = await TestMesh.StartAsync(clock: clock);
        using var agent = mesh.Agent();
        HttpRequestMessage Foreign() => agent.Modern(TestAgent.Call("echo.say"), request => request.Headers.Host = "evil.test");

        for (var i = 0; i < RefusalBudget.PerSecond + 20; i++) Assert.Equal(403, (await agent.AskAsync(Foreign())).Status);
        Assert.Equal(RefusalBudget.PerSecond, mesh.Audit.Events.Count);
        clock.Now += TimeSpan.FromSeconds(1);
        Assert.Equal(403, (await agent.AskAsync(Foreign())).Status);

        Assert.Equal(RefusalBudget.PerSecond + 1, mesh.Audit.Events.Count);
        Assert.EndsWith("(20 more refusals were not recorded one by one.)", mesh.Audit.Events.Last().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task They_are_answered_also_when_nothing_can_be_recorded()
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();
        (mesh.Audit.IsDown, mesh.Audit.IsQueueFull) = (true, true);

        var (status, _) = await agent.AskAsync(agent.Modern(TestAgent.List(), request => request.Headers.Host = "evil.test"));

        Assert.Equal(403, status);
    }

    private static void Replace(HttpRequestMessage request, string header, string value)
    {
        if (header == "Content-Type")
        {
            request.Content!.Headers.ContentType = new(value);
            return;
        }

        request.Headers.Remove(header);
        request.Headers.TryAddWithoutValidation(header, value);
    }

    private static void AssertNamesNobody(AuditEvent record, string reason)
    {
        Assert.Equal((AuditEventKind.Denial, "denied", reason), (record.Kind, record.Outcome, record.Reason));
        Assert.Equal((null, null, null), (record.Subject, record.ClientId, record.Audience));
        Assert.Equal((null, null, null), (record.Transaction, record.AccessTokenId, record.IdJagId));
        Assert.Empty(record.Actors);
    }
}
