using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace McpMesh.AuditSink.Tests;

/// <summary>
/// Stands on the sink's port between sidecar and sink, so that the sink can be killed at a chosen moment of a delivery and come back on
/// another port.
/// </summary>
internal sealed class DeliveryRelay : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http = new();
    private readonly TaskCompletionSource _allAcknowledged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private int _acknowledged;
    private int _expected = int.MaxValue;

    private DeliveryRelay(WebApplication app) => _app = app;

    internal int Port => new Uri(_app.Urls.Single()).Port;

    /// <summary>Where the sink listens now.</summary>
    internal string Target { get; set; } = string.Empty;

    /// <summary>Runs before a delivery is passed on; true breaks the connection instead, as the death of the sink does.</summary>
    internal Func<Task<bool>> BeforeDelivery { get; set; } = () => Task.FromResult(false);

    /// <summary>Runs when the sink has answered a delivery; true breaks the connection instead of passing it on.</summary>
    internal Func<Task<bool>> BeforeAcknowledgement { get; set; } = () => Task.FromResult(false);

    /// <summary>Completes when so many messages have been acknowledged as processed.</summary>
    internal Task AcknowledgedAsync(int messages)
    {
        lock (_gate)
        {
            _expected = messages;
            if (_acknowledged >= messages) _allAcknowledged.TrySetResult();
        }
        return _allAcknowledged.Task;
    }

    internal static async Task<DeliveryRelay> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var relay = new DeliveryRelay(app);
        app.Run(relay.PassAsync);
        await app.StartAsync();
        return relay;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private void Acknowledge(byte[] answer)
    {
        var successes = JsonNode.Parse(answer)!["statuses"]!.AsArray().Count(status => status!["status"]!.GetValue<string>() == "SUCCESS");
        lock (_gate)
        {
            _acknowledged += successes;
            if (_acknowledged >= _expected) _allAcknowledged.TrySetResult();
        }
    }

    private async Task PassAsync(HttpContext context)
    {
        var isDelivery = context.Request.Path == "/audit-events";
        if (isDelivery && await BeforeDelivery())
        {
            context.Abort();
            return;
        }
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), Target + context.Request.Path);
        if (context.Request.ContentLength > 0)
        {
            request.Content = new StreamContent(context.Request.Body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
        }
        request.Headers.TryAddWithoutValidation("dapr-api-token", context.Request.Headers["dapr-api-token"].ToString());
        try
        {
            using var response = await _http.SendAsync(request, context.RequestAborted);
            var body = await response.Content.ReadAsByteArrayAsync(context.RequestAborted);
            if (isDelivery && response.StatusCode == HttpStatusCode.OK && await BeforeAcknowledgement())
            {
                context.Abort();
                return;
            }
            context.Response.StatusCode = (int)response.StatusCode;
            context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
            if (isDelivery && response.StatusCode == HttpStatusCode.OK) Acknowledge(body);
        }
        catch (HttpRequestException)
        {
            context.Abort(); // the sink is away
        }
    }
}
