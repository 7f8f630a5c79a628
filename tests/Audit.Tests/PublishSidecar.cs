using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace McpMesh.Audit.Tests;

/// <summary>The publish route of Dapr's HTTP API on a real server. Its gate holds every publish until it is opened.</summary>
public sealed class PublishSidecar : IAsyncDisposable
{
    private readonly WebApplication _app;
    private volatile TaskCompletionSource _gate = Open();
    private volatile TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PublishSidecar(WebApplication app) => _app = app;

    /// <summary>Event ids of every accepted publish.</summary>
    public ConcurrentQueue<string[]> Publishes { get; } = new();

    /// <summary>Answer 500 to whatever arrives from now on.</summary>
    public bool BrokerDown { get; set; }

    /// <summary>Length of the largest accepted message.</summary>
    public long LargestMessage { get; private set; }

    public string Url => _app.Urls.Single();

    /// <summary>Completes when the next publish has arrived.</summary>
    public Task Arrival => _arrived.Task;

    public IEnumerable<string> Ids => Publishes.SelectMany(ids => ids);

    public static async Task<PublishSidecar> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(100));
        var app = builder.Build();
        var sidecar = new PublishSidecar(app);
        app.MapPost("/v1.0/publish/pubsub/audit-events", sidecar.PublishAsync);
        await app.StartAsync();
        return sidecar;
    }

    public void Close() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _gate.TrySetResult();

    public void ExpectArrival() => _arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public async ValueTask DisposeAsync()
    {
        Release();
        await _app.DisposeAsync();
    }

    private async Task<IResult> PublishAsync(JsonObject message, HttpRequest request, CancellationToken cancellationToken)
    {
        var (gate, down) = (_gate, BrokerDown);
        _arrived.TrySetResult();
        await gate.Task.WaitAsync(cancellationToken);
        if (down) return Results.Json(new { errorCode = "ERR_PUBSUB_PUBLISH_MESSAGE", message = "broker is down" }, statusCode: 500);
        LargestMessage = Math.Max(LargestMessage, request.ContentLength!.Value);
        Publishes.Enqueue([.. message["events"]!.AsArray().Select(record => record!["metadata"]!["uid"]!.GetValue<string>())]);
        return Results.NoContent();
    }

    private static TaskCompletionSource Open()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }
}
