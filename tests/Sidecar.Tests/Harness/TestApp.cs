using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace McpMesh.Sidecar.Tests.Harness;

/// <summary>The app beside a sidecar: a real Kestrel in the test's process.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestApp(WebApplication app, string subscriptions) => (_app, Subscriptions) = (app, subscriptions);

    /// <summary>What <c>GET /dapr/subscribe</c> answers.</summary>
    public string Subscriptions { get; }

    public int Port => new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    public static async Task<TestApp> StartAsync(
        RequestDelegate handler, string subscriptions = "[]", int port = 0, Action<HttpContext>? beforeSubscriptions = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls($"http://127.0.0.1:{port}");
        builder.Services.Configure<KestrelServerOptions>(options => options.Limits.MinRequestBodyDataRate = null);
        var app = builder.Build();
        app.Run(context =>
        {
            if (context.Request.Path != "/dapr/subscribe") return handler(context);
            beforeSubscriptions?.Invoke(context);
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(subscriptions);
        });
        await app.StartAsync();
        return new TestApp(app, subscriptions);
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
    }
}
