using McpMesh.AppHost.Start;
using Microsoft.Extensions.DependencyInjection;

namespace McpMesh.AppHost.Readiness;

/// <summary>Adds what tells people and programs that the mesh is up, and what ends it with the command that started it.</summary>
internal static class ReadinessExtensions
{
    public static ReadinessReport AddReadiness(this IDistributedApplicationBuilder builder, MeshEnvironment mesh, AgentSidecar agent)
    {
        var report = new ReadinessReport();
        builder.Services.AddSingleton(report);
        builder.Services.AddSingleton(Console.Out);
        builder.Services.AddSingleton(new EndpointsFile(mesh.Data.EndpointsFile, mesh.PublicEndpoints!, agent));
        builder.Services.AddSingleton(mesh.PublicEndpoints!);
        builder.Services.AddHostedService<ReadinessReporter>();
        builder.Services.AddHostedService<DotnetRunWatch>();
        return report;
    }
}
