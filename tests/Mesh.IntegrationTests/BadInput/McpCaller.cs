using System.Net.Http.Headers;
using System.Text;

namespace McpMesh.IntegrationTests.BadInput;

/// <summary>Sends messages to <c>/mcp</c> as they are, right or wrong, over one connection: all of them reach the same gateway.</summary>
internal sealed class McpCaller(Uri endpoint, TimeSpan? patience = null) : IDisposable
{
    private const string Meta = """
        "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly HttpClient _http =
        new(new SocketsHttpHandler { MaxConnectionsPerServer = 1, Expect100ContinueTimeout = Patience })
        {
            Timeout = patience ?? Patience,
        };

    public static string Message(string method, string members) =>
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":{" + members + "," + Meta + "}}";

    public static string ToolCall(string tool, string arguments) =>
        Message("tools/call", "\"name\":\"" + tool + "\",\"arguments\":" + arguments);

    public Task<McpAnswer> CallAsync(string token, string tool, string arguments = "{}") =>
        PostAsync(token, ToolCall(tool, arguments), "tools/call", tool);

    public async Task<McpAnswer> PostAsync(
        string token, string body, string method, string? name, Action<HttpRequestMessage>? edit = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint)
        {
            Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        // A refusal by size closes the connection: ask before sending much.
        request.Headers.ExpectContinue = body.Length > 1024 * 1024;
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        request.Headers.Add("Accept", "application/json, text/event-stream");
        request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
        request.Headers.Add("Mcp-Method", method);
        if (name is not null) request.Headers.Add("Mcp-Name", name);
        edit?.Invoke(request);
        using var response = await _http.SendAsync(request);
        return new(
            (int)response.StatusCode, await response.Content.ReadAsStringAsync(), string.Join(", ", response.Headers.WwwAuthenticate));
    }

    public void Dispose() => _http.Dispose();
}
