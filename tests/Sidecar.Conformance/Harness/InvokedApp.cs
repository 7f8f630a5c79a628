using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace McpMesh.Sidecar.Conformance.Harness;

/// <summary>An app that is called, and tells what it was called with.</summary>
internal sealed class InvokedApp
{
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<string> _pieces = Channel.CreateUnbounded<string>();
    private readonly Channel<string> _permits = Channel.CreateUnbounded<string>();

    /// <summary>A call of <c>/wait</c> is here.</summary>
    public Task Waiting => _waiting.Task.WaitAsync(TimeSpan.FromMinutes(1));

    /// <summary>The call of <c>/wait</c> was given up by the other side.</summary>
    public Task Cancelled => _cancelled.Task.WaitAsync(TimeSpan.FromMinutes(1));

    /// <summary>Lets <c>/stream</c> send this.</summary>
    public void Send(string text) => _permits.Writer.TryWrite(text);

    /// <summary>The next piece of the body of <c>/pieces</c>.</summary>
    public async Task<string> PieceAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        return await _pieces.Reader.ReadAsync(limit.Token);
    }

    public async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path == "/stream") await StreamAsync(context);
        else if (path == "/pieces") await ReadPiecesAsync(context);
        else if (path == "/wait") await WaitAsync(context);
        else if (path == "/break") await BreakAsync(context);
        else if (path.StartsWith("/status/", StringComparison.Ordinal)) await StatusAsync(context, int.Parse(path["/status/".Length..], null));
        else await EchoAsync(context);
    }

    private static async Task EchoAsync(HttpContext context)
    {
        var headers = context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString());
        using var reader = new StreamReader(context.Request.Body);
        var seen = new Seen(
            context.Request.Method, context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, headers,
            await reader.ReadToEndAsync(context.RequestAborted));
        context.Response.Headers["X-Answer"] = "from-app";
        context.Response.Headers["Keep-Alive"] = "timeout=5";
        await context.Response.WriteAsJsonAsync(seen, context.RequestAborted);
    }

    private static Task StatusAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        if (status is 204 or 304) return Task.CompletedTask;
        context.Response.ContentType = "application/problem+json";
        context.Response.Headers["X-Answer"] = "from-app";
        return context.Response.WriteAsync($$"""{"status":{{status}}}""");
    }

    private async Task StreamAsync(HttpContext context)
    {
        context.Response.ContentType = context.Request.Query["type"];
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await foreach (var text in _permits.Reader.ReadAllAsync(context.RequestAborted))
        {
            if (text.Length == 0) break;
            await context.Response.WriteAsync(text, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private async Task ReadPiecesAsync(HttpContext context)
    {
        var buffer = new byte[1024];
        for (int read; (read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0;)
            await _pieces.Writer.WriteAsync(Encoding.UTF8.GetString(buffer, 0, read), context.RequestAborted);
    }

    private async Task WaitAsync(HttpContext context)
    {
        context.RequestAborted.Register(() => _cancelled.TrySetResult());
        _waiting.TrySetResult();
        await _cancelled.Task;
    }

    private async Task BreakAsync(HttpContext context)
    {
        await context.Response.WriteAsync("half an answ", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await _permits.Reader.ReadAsync(context.RequestAborted);
        context.Abort();
    }

    /// <summary>What came; names of headers in lower case.</summary>
    internal sealed record Seen(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body)
    {
        private static readonly JsonSerializerOptions s_web = new(JsonSerializerDefaults.Web);

        public static Seen Of(string json) => JsonSerializer.Deserialize<Seen>(json, s_web)!;
    }
}
