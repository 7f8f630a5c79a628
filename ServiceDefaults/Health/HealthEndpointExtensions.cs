using System.Diagnostics;
using Microsoft.AspNetCore.Builder;

namespace McpMesh.ServiceDefaults.Health;

/// <summary>Keeps probes out of the traces: they come every few seconds and say nothing.</summary>
internal static class HealthEndpointExtensions
{
    public static void WithoutTraces(this IEndpointConventionBuilder endpoint) => endpoint.Add(route =>
    {
        var probe = route.RequestDelegate!;
        route.RequestDelegate = context =>
        {
            // Exporters take recorded activities only.
            if (Activity.Current is { } activity) activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            return probe(context);
        };
    });
}
