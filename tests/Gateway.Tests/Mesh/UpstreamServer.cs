using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace McpMesh.Gateway.Tests.Mesh;

/// <summary>A server behind the gateway on real Kestrel, that answers byte for byte what the test says.</summary>
internal sealed class UpstreamServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private UpstreamServer(WebApplication app) => _app = app;

    public ConcurrentQueue<UpstreamRequest> Requests { get; } = new();

    public string Url => _app.Urls.First();

    /// <summary>How it answers; by default a tool call with its name, id and arguments, and lists with nothing.</summary>
    public Func<UpstreamRequest, HttpContext, Task> Answer { get; set; } = (request, http) => request.Method switch
    {
        "tools/call" => JsonAsync(http, Result(request, Text(request.Json["params"]!["arguments"]?["text"]?.ToJsonString() ?? "\"\""))),
        _ => JsonAsync(http, $$"""{"jsonrpc":"2.0","id":{{request.Id}},"error":{"code":-32601,"message":"no such method"} }""", 404),
    };

    public static async Task<UpstreamServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new UpstreamServer(app);
        app.Run(server.RunAsync);
        await app.StartAsync();
        return server;
    }

    public static string Result(UpstreamRequest request, string result) =>
        $$"""{"jsonrpc":"2.0","id":{{request.Id}},"result":{{result}}}""";

    /// <summary>The result of a tool that says <paramref name="text"/>, given as JSON.</summary>
    public static string Text(string text) => $$"""{"content":[{"type":"text","text":{{text}} }],"resultType":"complete"}""";

    public static Task JsonAsync(HttpContext http, string body, int status = 200)
    {
        (http.Response.StatusCode, http.Response.ContentType) = (status, "application/json");
        return http.Response.WriteAsync(body, http.RequestAborted);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task RunAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var headers = http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var request = new UpstreamRequest(http.Request.Path, headers, await reader.ReadToEndAsync(http.RequestAborted));
        Requests.Enqueue(request);
        await Answer(request, http);
    }
}
