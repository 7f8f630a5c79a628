using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace McpMesh.Chaos;

/// <summary>An MCP server that knows nothing of call ids: what reaches it twice has two effects. It never dies.</summary>
internal sealed class ForeignServer : IAsyncDisposable
{
    public const string Resource = "https://foreign.mesh.example/mcp";

    private const int LongestWork = 400; // milliseconds

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _effects = new();

    private ForeignServer(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single() + "/mcp");

    /// <summary>Ids of the operations, one entry an effect.</summary>
    public IReadOnlyList<string> Effects => [.. _effects];

    public static async Task<ForeignServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var server = new ForeignServer(app);
        app.MapPost("/mcp", server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var request = await JsonDocument.ParseAsync(context.Request.Body);
        var id = request.RootElement.GetProperty("id").GetRawText();
        var result = request.RootElement.GetProperty("method").GetString() == "tools/call"
            ? await ActAsync(request.RootElement.GetProperty("params").GetProperty("arguments").GetProperty("operation").GetString()!)
            : """{"resultType":"complete","ttlMs":0,"cacheScope":"private","tools":[{"name":"act","inputSchema":{"type":"object"}}]}""";
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}");
    }

    private async Task<string> ActAsync(string operation)
    {
        await Task.Delay(Random.Shared.Next(LongestWork));
        _effects.Enqueue(operation);
        await Task.Delay(Random.Shared.Next(LongestWork));
        return JsonSerializer.Serialize(new { resultType = "complete", content = new[] { new { type = "text", text = operation } } });
    }
}
