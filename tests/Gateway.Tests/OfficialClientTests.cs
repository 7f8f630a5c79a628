using McpMesh.Gateway.Tests.Mesh;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpMesh.Gateway.Tests;

/// <summary>A client that nobody here wrote, in both eras.</summary>
public sealed class OfficialClientTests
{
    private static async Task<McpClient> ConnectAsync(TestMesh mesh, string version, string path = "/mcp")
    {
        var transport = new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = new Uri(mesh.Url() + path),
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string>
            {
                ["Authorization"] = "Bearer " + mesh.Tokens.Issue("dana", "engineering", "logs.read echo.say", TestMesh.PublicUrl + "/mcp"),
            },
        });
        return await McpClient.CreateAsync(transport, new McpClientOptions { ProtocolVersion = version });
    }

    [Theory]
    [InlineData("2026-07-28", "/mcp", "echo.say")]
    [InlineData("2025-11-25", "/mcp", "echo.say")]
    [InlineData("2025-06-18", "/mcp", "echo.say")]
    [InlineData("2025-03-26", "/mcp", "echo.say")]
    [InlineData("2026-07-28", "/mcp/echo", "say")]
    [InlineData("2025-11-25", "/mcp/echo", "say")]
    public async Task It_lists_and_calls_tools(string version, string path, string tool)
    {
        await using var mesh = await TestMesh.StartAsync();
        var plain = mesh.Echo.Answer;
        mesh.Echo.Answer = (request, http) => request.Method == "tools/list"
            ? UpstreamServer.JsonAsync(
                http, UpstreamServer.Result(request, """{"tools":[{"name":"say","inputSchema":{"type":"object"}}]}"""))
            : plain(request, http);
        await using var client = await ConnectAsync(mesh, version, path);

        var tools = await client.ListToolsAsync();
        var result = await client.CallToolAsync(tool, new Dictionary<string, object?> { ["text"] = "hi" });

        Assert.Equal(version, client.NegotiatedProtocolVersion);
        Assert.Equal([tool], tools.Select(t => t.Name));
        Assert.Equal("hi", Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text);
    }
}
