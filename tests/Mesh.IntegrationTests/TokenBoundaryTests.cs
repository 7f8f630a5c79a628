using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Aspire.Hosting.Testing;

namespace McpMesh.IntegrationTests;

/// <summary>The token of one hop is worth nothing on any other.</summary>
[Collection(MeshCollection.Name)]
public sealed class TokenBoundaryTests(SharedMesh shared) : IDisposable
{
    private readonly HttpClient _http = new();

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData("adapter-logs")]
    [InlineData("adapter-analytics")]
    [InlineData("adapter-incidents")]
    public async Task The_agents_token_for_the_gateway_is_refused_by_every_server(string adapter)
    {
        await using var session = await shared.Mesh.SignInAsync("sam", "sam-dev-password");
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(adapter, session.AccessToken));
    }

    [Fact]
    public async Task The_token_that_one_server_was_sent_is_refused_by_its_neighbours_and_by_the_gateway()
    {
        await using var session = await shared.Mesh.SignInAsync("sam", "sam-dev-password");
        await session.Work.CallToolAsync("stranger.take");
        var taken = shared.Stranger.Token!;

        Assert.NotEqual(session.AccessToken, taken);
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync("adapter-logs", taken));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync("adapter-analytics", taken));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync("gateway", taken));
    }

    [Fact]
    public async Task Nobody_gets_a_hop_token_past_the_sidecar()
    {
        await using var session = await shared.Mesh.SignInAsync("sam", "sam-dev-password");
        using var response = await _http.PostAsync(
            new Uri(shared.Mesh.TokenExchange, "/hop"),
            new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "urn:ietf:params:oauth:grant-type:token-exchange",
                ["subject_token"] = session.AccessToken,
                ["subject_token_type"] = "urn:ietf:params:oauth:token-type:access_token",
                ["resource"] = "https://logs.mesh.example/mcp",
                ["scope"] = "logs.read",
            }));
        Assert.Contains(response.StatusCode, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden });
    }

    private async Task<HttpStatusCode> PostAsync(string resource, string token)
    {
        var name = resource == "gateway" ? "logs.read" : "read";
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(shared.Mesh.App.GetEndpoint(resource, "http"), "/mcp"))
        {
            Content = new StringContent(
                """
                {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"TOOL","arguments":{"limit":1},"_meta":{
                "io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}
                """.Replace("TOOL", name, StringComparison.Ordinal),
                Encoding.UTF8,
                "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
        request.Headers.Add("Mcp-Method", "tools/call");
        request.Headers.Add("Mcp-Name", name);
        request.Headers.Add("Accept", "application/json, text/event-stream");
        using var response = await _http.SendAsync(request);
        return response.StatusCode;
    }
}
