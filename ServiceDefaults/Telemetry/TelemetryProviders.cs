using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace McpMesh.ServiceDefaults.Telemetry;

/// <summary>
/// Owns the trace and metric pipelines of the process, built from the SDK itself: ASP.NET Core and the HTTP client have activity sources and
/// meters of their own, so no instrumentation package stands between.
/// </summary>
internal sealed class TelemetryProviders : IHostedService, IDisposable
{
    /// <summary>The mesh's own sources and meters, then the platform's.</summary>
    internal static readonly string[] ActivitySources = ["McpMesh.*", "Microsoft.AspNetCore", "System.Net.Http"];

    internal static readonly string[] Meters =
        ["McpMesh.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime"];

    private TracerProvider? _traces;
    private MeterProvider? _metrics;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Service name and attributes come from OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES, endpoint and protocol from OTEL_EXPORTER_OTLP_*.
        _traces = Sdk.CreateTracerProviderBuilder().AddSource(ActivitySources).AddOtlpExporter().Build();
        _metrics = Sdk.CreateMeterProviderBuilder().AddMeter(Meters).AddOtlpExporter().Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Disposed after the server has stopped: the last requests are flushed too.
    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }
}
