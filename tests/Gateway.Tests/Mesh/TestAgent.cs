using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace McpMesh.Gateway.Tests.Mesh;

/// <summary>An agent that speaks raw HTTP, so that a test can send what no client would.</summary>
internal sealed class TestAgent(Uri endpoint, string? token) : IDisposable
{
    public const string Meta =
        "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}";

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(1) };

    public Uri Endpoint { get; } = endpoint;

    public string? Session { get; set; }

    public string? Version { get; set; }

    public static string Call(string name, string arguments = "{}", string id = "1") =>
        $$$"""
        {"jsonrpc":"2.0","id":{{{id}}},"method":"tools/call","params":{"name":"{{{name}}}","arguments":{{{arguments}}},{{{Meta}}} }}
        """;

    public static string List(string method = "tools/list", string id = "1") =>
        $$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"{{{method}}}","params":{ {{{Meta}}} }}""";

    /// <summary>A request of the modern era with the headers that its body needs, changed by <paramref name="edit"/>.</summary>
    public HttpRequestMessage Modern(string body, Action<HttpRequestMessage>? edit = null)
    {
        var json = JsonNode.Parse(body)!;
        var request = Raw(body);
        request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
        request.Headers.Add("Mcp-Method", (string)json["method"]!);
        if (((string?)json["params"]?["name"] ?? (string?)json["params"]?["uri"]) is { } name) request.Headers.Add("Mcp-Name", name);
        edit?.Invoke(request);
        return request;
    }

    /// <summary>A request with no MCP header but those of the agent's session.</summary>
    public HttpRequestMessage Raw(string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Endpoint) { Content = new StringContent(body, Encoding.UTF8) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("Accept", "application/json, text/event-stream");
        return Authorize(request);
    }

    public HttpRequestMessage Authorize(HttpRequestMessage request)
    {
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (Session is not null) request.Headers.Add("Mcp-Session-Id", Session);
        if (Version is not null) request.Headers.Add("MCP-Protocol-Version", Version);
        return request;
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken = default) =>
        _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    public async Task<(int Status, JsonNode Json)> AskAsync(HttpRequestMessage request)
    {
        using var response = await SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, body.Length == 0 ? new JsonObject() : JsonNode.Parse(body)!);
    }

    public Task<(int Status, JsonNode Json)> CallAsync(string name, string arguments = "{}", string id = "1") =>
        AskAsync(Modern(Call(name, arguments, id)));

    public Task<(int Status, JsonNode Json)> ListAsync(string method = "tools/list") => AskAsync(Modern(List(method)));

    /// <summary>Opens a session of the legacy era.</summary>
    public async Task<JsonNode> InitializeAsync(string version = "2025-11-25")
    {
        using var response = await SendAsync(Raw(
            $$"""
            {"jsonrpc":"2.0","id":0,"method":"initialize",
             "params":{"protocolVersion":"{{version}}","capabilities":{},"clientInfo":{"name":"t","version":"1"} } }
            """));
        var json = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.True(response.IsSuccessStatusCode, json.ToJsonString());
        Session = response.Headers.GetValues("Mcp-Session-Id").Single();
        Version = (string)json["result"]!["protocolVersion"]!;
        return json;
    }

    public void Dispose() => _http.Dispose();
}
