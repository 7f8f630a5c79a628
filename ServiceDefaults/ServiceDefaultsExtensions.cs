using McpMesh.ServiceDefaults.Health;
using McpMesh.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace McpMesh.ServiceDefaults;

/// <summary>What every service of the mesh has: telemetry, health, quiet logs and the sidecar client.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>
    /// Adds the defaults. Without <c>ASPNETCORE_URLS</c> a service listens on loopback only (Kestrel's own default); telemetry is built
    /// only
    /// when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.
    /// </summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton(TimeProvider.System);
        // What a server is made of is nobody's business.
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), ["live"]);
        builder.Services.AddDaprClient();
        AddQuietConsole(builder);
        builder.AddTelemetry();
        return builder;
    }

    /// <summary>
    /// Maps <c>/health</c> (ready: every check) and <c>/alive</c> (live: the process answers). What an endpoint throws becomes an answer
    /// without a body, in every environment.
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        // ASPNETCORE_ENVIRONMENT=Development, which many developers have in their shell, would show stack traces to callers.
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = static _ => Task.CompletedTask,
            AllowStatusCode404Response = true,
            StatusCodeSelector = static failure =>
                (failure as Microsoft.AspNetCore.Http.BadHttpRequestException)?.StatusCode ?? StatusCodes.Status500InternalServerError,
        });
        app.MapHealthChecks("/health").WithoutTraces();
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = check => check.Tags.Contains("live") }).WithoutTraces();
        return app;
    }

    private static void AddQuietConsole(IHostApplicationBuilder builder)
    {
        // Put first, so that configuration files and the environment can still turn a level up.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData =
            [
                new("Logging:LogLevel:Default", "Information"),
                new("Logging:LogLevel:Microsoft", "Warning"),
                new("Logging:LogLevel:System", "Warning"),
                // Two lines a call: the record of the call says more.
                new("Logging:LogLevel:ModelContextProtocol", "Warning"),
                // Whoever probes is told; a starting service need not say it again at every probe.
                new("Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks", "None"),
                // What it says below that level is what a start that failed throws, or is said again at that level.
                new("Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host", "Critical"),
            ],
        });
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
    }
}
