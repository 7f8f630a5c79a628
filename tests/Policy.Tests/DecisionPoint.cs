using System.Net;
using McpMesh.Policy.Distribution;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Net.Http.Headers;

namespace McpMesh.Policy.Tests;

/// <summary>A server that answers <c>GET /policy</c> as the decision point does, and counts.</summary>
internal sealed class DecisionPoint : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;
    private int _notModified;

    public DecisionPoint()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Use(async (context, next) =>
        {
            await next(context);
            if (context.Response.StatusCode == (int)HttpStatusCode.NotModified)
                Interlocked.Increment(ref _notModified);
        });
        _app.MapGet("/policy", async () =>
        {
            Interlocked.Increment(ref _requests);
            await Gate;
            return Body is { } body
                ? Results.Bytes(
                    body, "application/json", entityTag: new EntityTagHeaderValue($"\"{Digest ?? PolicyDocumentJson.DigestOf(body)}\""))
                : Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        });
    }

    /// <summary>What is served; null for 503.</summary>
    public byte[]? Body { get; set; }

    /// <summary>Digest that the ETag names; null for the right one.</summary>
    public string? Digest { get; set; }

    /// <summary>Requests wait for it.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public int Requests => _requests;

    public int NotModified => _notModified;

    public async Task<PolicyClient> StartClientAsync()
    {
        await _app.StartAsync();
        return new PolicyClient(
            new HttpClient { BaseAddress = new Uri(_app.Urls.First()) }, TimeProvider.System, NullLogger<PolicyClient>.Instance);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
