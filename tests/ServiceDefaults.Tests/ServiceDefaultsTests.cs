using System.Net;
using Dapr.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace McpMesh.ServiceDefaults.Tests;

[Collection("environment variables")]
public sealed class ServiceDefaultsTests
{
    [Fact]
    public async Task Health_is_ready_and_alive_and_says_nothing_of_the_server()
    {
        await using var app = await StartAsync();
        using var client = Client(app);

        foreach (var path in new[] { "/health", "/alive" })
        {
            using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Empty(response.Headers.Server);
        }
    }

    [Fact]
    public async Task A_failing_check_makes_the_service_unready_but_not_dead()
    {
        await using var app = await StartAsync(
            builder => builder.Services.AddHealthChecks().AddCheck("store", () => HealthCheckResult.Unhealthy()));
        using var client = Client(app);

        using var ready = await client.GetAsync(new Uri("/health", UriKind.Relative));
        using var alive = await client.GetAsync(new Uri("/alive", UriKind.Relative));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }

    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task What_an_endpoint_throws_is_not_shown_to_the_caller(string environment)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapGet("/fault", string () => throw new InvalidOperationException("inner workings"));
        app.MapGet("/number", (int value) => value);
        await app.StartAsync();
        using var client = Client(app);

        using var fault = await client.GetAsync(new Uri("/fault", UriKind.Relative));
        using var malformed = await client.GetAsync(new Uri("/number?value=x", UriKind.Relative));

        Assert.Equal((HttpStatusCode.InternalServerError, ""), (fault.StatusCode, await fault.Content.ReadAsStringAsync()));
        Assert.Equal((HttpStatusCode.BadRequest, ""), (malformed.StatusCode, await malformed.Content.ReadAsStringAsync()));
    }

    [Fact]
    public void The_sidecar_client_is_registered()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddServiceDefaults();
        using var services = builder.Services.BuildServiceProvider();

        Assert.NotNull(services.GetRequiredService<DaprClient>());
    }

    [Theory]
    [InlineData("McpMesh.Gateway", LogLevel.Information, true)]
    [InlineData("Microsoft.AspNetCore.Hosting", LogLevel.Information, false)]
    [InlineData("Microsoft.AspNetCore.Hosting", LogLevel.Warning, true)]
    public void Platform_logs_are_quiet_by_default(string category, LogLevel level, bool written)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddServiceDefaults();
        using var services = builder.Services.BuildServiceProvider();

        Assert.Equal(written, services.GetRequiredService<ILoggerFactory>().CreateLogger(category).IsEnabled(level));
    }

    [Fact]
    public void Configuration_can_turn_platform_logs_up()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection([new("Logging:LogLevel:Microsoft.AspNetCore", "Debug")]);
        builder.AddServiceDefaults();
        using var services = builder.Services.BuildServiceProvider();

        Assert.True(services.GetRequiredService<ILoggerFactory>().CreateLogger("Microsoft.AspNetCore.Routing").IsEnabled(LogLevel.Debug));
    }

    private static async Task<WebApplication> StartAsync(Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults();
        builder.Logging.ClearProviders();
        configure?.Invoke(builder);
        var app = builder.Build();
        app.MapDefaultEndpoints();
        await app.StartAsync();
        return app;
    }

    private static HttpClient Client(WebApplication app) =>
        new()
        {
            BaseAddress = new Uri(
            app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single())
        };
}
