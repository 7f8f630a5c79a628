using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;

namespace McpMesh.ServiceDefaults.Telemetry;

/// <summary>Adds OpenTelemetry when there is a collector; without one nothing listens, so activities and measurements cost nothing.</summary>
internal static class TelemetryExtensions
{
    public const string CollectorVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration[CollectorVariable])) return;

        builder.Services.AddHostedService<TelemetryProviders>();
        builder.Logging.AddOpenTelemetry(logs =>
        {
            logs.IncludeScopes = true;
            logs.IncludeFormattedMessage = true;
            logs.AddOtlpExporter();
        });
    }
}
