using Dapr.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace McpMesh.Adapters.Tests.Ledger;

/// <summary>The way to a real sidecar, cut where a test says so: what was sent never arrives, or is done and nobody hears of it.</summary>
internal sealed class FaultySidecar : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _sidecar;

    private FaultySidecar(WebApplication app, Uri sidecar)
    {
        (_app, _sidecar) = (app, new HttpClient { BaseAddress = sidecar });
        app.Map("/{**path}", ForwardAsync);
    }

    public DaprClient Dapr { get; private set; } = null!;

    /// <summary>Requests whose body holds this text do not arrive.</summary>
    public string? Loses { get; set; }

    /// <summary>Requests whose body holds this text are done, and their answer is lost.</summary>
    public string? LosesAnswerOf { get; set; }

    public static async Task<FaultySidecar> StartAsync(Uri sidecar)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var faulty = new FaultySidecar(builder.Build(), sidecar);
        await faulty._app.StartAsync();
        faulty.Dapr = new DaprClientBuilder().UseHttpEndpoint(faulty._app.Urls.Single()).Build();
        return faulty;
    }

    public async ValueTask DisposeAsync()
    {
        Dapr.Dispose();
        _sidecar.Dispose();
        await _app.DisposeAsync();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var text = System.Text.Encoding.UTF8.GetString(body.ToArray());
        if (Loses is { } lost && text.Contains(lost, StringComparison.Ordinal))
        {
            context.Abort();
            return;
        }
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), $"{context.Request.Path}{context.Request.QueryString}");
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(body.ToArray());
            request.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
        }
        using var response = await _sidecar.SendAsync(request);
        if (LosesAnswerOf is { } unheard && text.Contains(unheard, StringComparison.Ordinal))
        {
            context.Abort();
            return;
        }
        context.Response.StatusCode = (int)response.StatusCode;
        // Dapr's ETags have no quotes, which a parsed header would drop.
        if (response.Headers.NonValidated.TryGetValues("ETag", out var etag)) context.Response.Headers.ETag = etag.ToString();
        if (response.StatusCode is not System.Net.HttpStatusCode.NoContent) await response.Content.CopyToAsync(context.Response.Body);
    }
}
