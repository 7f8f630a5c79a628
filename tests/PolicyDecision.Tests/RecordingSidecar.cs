using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace McpMesh.PolicyDecision.Tests;

/// <summary>The publish part of a sidecar's HTTP API; it keeps every event in order.</summary>
internal sealed class RecordingSidecar : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<JsonElement> _policyChanged = Channel.CreateUnbounded<JsonElement>();

    private readonly Channel<string> _audited = Channel.CreateUnbounded<string>();

    public RecordingSidecar()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/v1.0/publish/pubsub/policy-changed", async (HttpRequest request) =>
        {
            await _policyChanged.Writer.WriteAsync(await JsonSerializer.DeserializeAsync<JsonElement>(request.Body));
            return Results.NoContent();
        });
        _app.MapPost("/v1.0/publish/pubsub/audit-events", async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            await _audited.Writer.WriteAsync(await reader.ReadToEndAsync());
            return Results.NoContent();
        });
    }

    public Uri Url => new(_app.Urls.First());

    public Task StartAsync() => _app.StartAsync();

    /// <summary>The digest of the next event of topic <c>policy-changed</c>.</summary>
    public async Task<string> NextDigestAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        return (await _policyChanged.Reader.ReadAsync(patience.Token)).GetProperty("digest").GetString()!;
    }

    /// <summary>Waits for a batch of audit records that names the digest.</summary>
    public async Task NextAuditedDigestAsync(string digest)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!(await _audited.Reader.ReadAsync(patience.Token)).Contains(digest, StringComparison.Ordinal))
        {
            // Records of earlier versions come first.
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
