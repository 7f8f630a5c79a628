using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace McpMesh.Sidecar.Tests.Harness;

/// <summary>A subscriber that keeps what it got.</summary>
internal sealed class ReceivedEvents
{
    private readonly Channel<JsonElement> _arrivals = Channel.CreateUnbounded<JsonElement>();

    public ConcurrentQueue<JsonElement> All { get; } = new();

    public ConcurrentQueue<string> Headers { get; } = new();

    /// <summary>What the app answers; the argument is the event and how often it has come, from 1.</summary>
    public Func<JsonElement, int, (int Status, string Body)> Answer { get; set; } = (_, _) => (200, "");

    public async Task HandleAsync(HttpContext context)
    {
        var received = (await JsonDocument.ParseAsync(context.Request.Body)).RootElement;
        Headers.Enqueue(string.Concat(context.Request.Headers.Select(header => $"{header.Key}: {header.Value}\n")));
        var id = received.GetProperty("id").GetString();
        All.Enqueue(received);
        var (status, body) = Answer(received, All.Count(one => one.GetProperty("id").GetString() == id));
        await _arrivals.Writer.WriteAsync(received);
        context.Response.StatusCode = status;
        if (body.Length > 0) await context.Response.WriteAsync(body);
    }

    public async Task<JsonElement> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        return await _arrivals.Reader.ReadAsync(limit.Token);
    }
}
