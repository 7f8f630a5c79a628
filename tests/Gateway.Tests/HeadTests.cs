using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using McpMesh.Audit;
using McpMesh.Configuration;
using McpMesh.Gateway.Tests.Mesh;

namespace McpMesh.Gateway.Tests;

/// <summary>What is refused by the HTTP head, and how bodies are bounded.</summary>
public sealed class HeadTests
{
    [Theory]
    [InlineData("evil.test", 403)]
    [InlineData("127.0.0.1.evil.test", 403)]
    [InlineData("localhost", 200)]
    [InlineData("LOCALHOST:1234", 200)]
    [InlineData("[::1]:80", 200)]
    public async Task Only_our_own_host_names_are_served(string host, int expected)
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();

        var (status, _) = await agent.AskAsync(agent.Modern(TestAgent.List(), request => request.Headers.Host = host));

        Assert.Equal(expected, status);
    }

    [Theory]
    [InlineData("https://evil.test", 403)]
    [InlineData("null", 403)]
    [InlineData("https://console.test", 200)]
    [InlineData("http://localhost:3000", 200)]
    [InlineData("http://127.0.0.1:8080", 200)]
    public async Task Only_pages_on_the_list_may_call(string origin, int expected)
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();

        var (status, _) = await agent.AskAsync(agent.Modern(TestAgent.List(), request => request.Headers.Add("Origin", origin)));

        Assert.Equal(expected, status);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/.well-known/oauth-protected-resource")]
    [InlineData("/mcp")]
    public async Task A_foreign_host_is_refused_on_every_path(string path)
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();

        using var response = await agent.SendAsync(
            new HttpRequestMessage(HttpMethod.Get, new Uri(mesh.Url() + path)) { Headers = { Host = "evil.test" } });

        Assert.Equal(403, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("text/plain", 415)]
    [InlineData("application/json-rpc", 415)]
    [InlineData("application/json; charset=utf-8", 200)]
    public async Task The_body_must_be_JSON(string type, int expected)
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();

        var (status, _) = await agent.AskAsync(agent.Modern(
            TestAgent.List(), request => request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(type)));

        Assert.Equal(expected, status);
    }

    [Theory]
    [InlineData("application/json", 406)]
    [InlineData("text/event-stream", 406)]
    [InlineData("text/event-stream, application/json;q=0", 406)]
    [InlineData("*/*", 200)]
    [InlineData("text/*, application/json;q=0.5", 200)]
    public async Task Both_forms_of_an_answer_must_be_acceptable(string accept, int expected)
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();

        var (status, _) = await agent.AskAsync(agent.Modern(TestAgent.List(), request =>
        {
            request.Headers.Remove("Accept");
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }));

        Assert.Equal(expected, status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_the_limit_is_refused_whether_its_length_is_announced_or_not(bool isAnnounced)
    {
        await using var mesh = await TestMesh.StartAsync(new LimitsConfiguration { MaxBodyBytes = 1000 });
        using var agent = mesh.Agent();

        var (status, json) = await agent.AskAsync(agent.Modern(
            TestAgent.Call("echo.say", $$"""{"text":"{{new string('x', 1000)}}"}"""),
            request => request.Headers.TransferEncodingChunked = !isAnnounced));

        Assert.Equal(413, status);
        Assert.Equal(-32600, (int)json["error"]!["code"]!);
        Assert.Empty(mesh.Echo.Requests);
        Assert.Equal("The body must not exceed 1000 bytes.", mesh.Audit.Single(AuditEventKind.Denial).Reason);
    }

    [Fact]
    public async Task The_body_of_a_caller_without_a_token_is_not_waited_for()
    {
        await using var mesh = await TestMesh.StartAsync();
        var url = new Uri(mesh.Url());
        using var client = new TcpClient();
        await client.ConnectAsync(url.Host, url.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /mcp HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Type: application/json\r\n" +
            "Accept: */*\r\nContent-Length: 100\r\n\r\n"));

        using var reader = new StreamReader(stream);
        Assert.Equal("HTTP/1.1 401 Unauthorized", await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Theory]
    [InlineData("{", -32700)]
    [InlineData("[]", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo.say","name":"logs.read"}}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"arguments":{"a":1,"a":2}}}""", -32600)]
    public async Task A_body_that_parsers_could_read_in_two_ways_is_refused_and_recorded(string body, int code)
    {
        await using var mesh = await TestMesh.StartAsync();
        using var agent = mesh.Agent();

        var (status, json) = await agent.AskAsync(agent.Raw(body));

        Assert.Equal((400, code), (status, (int)json["error"]!["code"]!));
        Assert.Single(mesh.Audit.Events);
    }

    [Fact]
    public async Task Nesting_beyond_the_limit_is_refused()
    {
        await using var mesh = await TestMesh.StartAsync(new LimitsConfiguration { MaxDepth = 8 });
        using var agent = mesh.Agent();

        var (status, json) = await agent.CallAsync("echo.say", "{\"a\":" + new string('[', 8) + new string(']', 8) + "}");

        Assert.Equal((400, -32700), (status, (int)json["error"]!["code"]!));
    }
}
