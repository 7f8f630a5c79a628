using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace McpMesh.IntegrationTests.Durable;

/// <summary>
/// An MCP server outside the mesh whose tools have effects that it counts. Tool <c>act</c> says nothing of itself, <c>put</c> says that it
/// is idempotent. A call waits before its effect while the test holds it.
/// </summary>
public sealed class EffectServer : IAsyncDisposable
{
    public const string Resource = "https://effects.mesh.example/mcp";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Held> _held = new();
    private readonly ConcurrentQueue<string> _effects = new();
    private readonly ConcurrentQueue<(string What, int Change)> _underWay = new();

    private EffectServer(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single() + "/mcp");

    public static async Task<EffectServer> StartAsync()
    {
        var app = WebApplication.CreateSlimBuilder().Build();
        app.Urls.Add("http://127.0.0.1:0");
        var server = new EffectServer(app);
        app.MapPost("/mcp", server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    /// <summary>Calls with this <c>what</c> wait after their arrival until they are let go.</summary>
    public Held Hold(string what) => _held.GetOrAdd(what, _ => new Held());

    /// <summary>How often the effect was had.</summary>
    public int EffectsOf(string what) => _effects.Count(effect => effect == what);

    /// <summary>How many calls whose <c>what</c> has this in it were under way at once, at most.</summary>
    public int MostAtOnce(string part)
    {
        var (now, most) = (0, 0);
        foreach (var (what, change) in _underWay.Where(call => call.What.Contains(part, StringComparison.Ordinal)))
            most = Math.Max(most, now += change);
        return most;
    }

    /// <summary>The effects whose <c>what</c> has this in it, in the order in which they were had.</summary>
    public IEnumerable<string> EffectsWith(string part) => _effects.Where(effect => effect.Contains(part, StringComparison.Ordinal));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var request = await JsonDocument.ParseAsync(context.Request.Body);
        var id = request.RootElement.GetProperty("id").GetRawText();
        var result = request.RootElement.GetProperty("method").GetString() == "tools/call"
            ? await CallAsync(request.RootElement.GetProperty("params"))
            : """
              {"resultType":"complete","ttlMs":0,"cacheScope":"private","tools":[
                {"name":"act","inputSchema":{"type":"object"}},
                {"name":"put","inputSchema":{"type":"object"},"annotations":{"readOnlyHint":false,"idempotentHint":true}}]}
              """;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}");
    }

    // Like a real system, it finishes what it began, whether its caller still waits or not.
    private async Task<string> CallAsync(JsonElement parameters)
    {
        var what = parameters.GetProperty("arguments").GetProperty("what").GetString()!;
        _underWay.Enqueue((what, 1));
        if (_held.TryGetValue(what, out var held)) await held.PassAsync();
        _effects.Enqueue(what);
        _underWay.Enqueue((what, -1));
        return JsonSerializer.Serialize(new
        {
            resultType = "complete",
            content = new[] { new { type = "text", text = $"{what} {EffectsOf(what)}" } },
        });
    }

    /// <summary>Calls that are held.</summary>
    public sealed class Held
    {
        private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Ends with the first arrival.</summary>
        public Task Arrived => _arrived.Task;

        public void Release() => _released.TrySetResult();

        internal Task PassAsync()
        {
            _arrived.TrySetResult();
            return _released.Task;
        }
    }
}
