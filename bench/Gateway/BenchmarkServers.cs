using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using CommunityToolkit.Aspire.Hosting.Dapr;

namespace McpMesh.Bench.Gateway;

/// <summary>Adds the echo server, with a sidecar of its own, and the forwarder to the mesh's application model.</summary>
internal static class BenchmarkServers
{
    /// <summary>Resource and Dapr app id of the echo server.</summary>
    public const string Echo = "bench-echo";

    /// <summary>Resource of the forwarder.</summary>
    public const string Forwarder = "bench-forwarder";

    public static void AddBenchmarkServers(this IDistributedApplicationBuilder builder)
    {
        // It sees the components of the mesh as the gateway's sidecar does.
        var model = builder.Resources.Single(resource => resource.Name == "gateway").Annotations.OfType<DaprSidecarAnnotation>()
            .Single().Sidecar;
        var echo = builder.AddServer(Echo, "echo").WithDaprSidecar(sidecar =>
        {
            sidecar.WithOptions(model.Annotations.OfType<DaprSidecarOptionsAnnotation>().Single().Options with { AppId = Echo });
            foreach (var environment in model.Annotations.OfType<EnvironmentCallbackAnnotation>()) sidecar.WithAnnotation(environment);
        });
        builder.AddServer(Forwarder, "forwarder")
            .WithArgs(context =>
            {
                context.Args.Add("--target");
                context.Args.Add(echo.GetEndpoint("http").Property(EndpointProperty.Url));
            });
        foreach (var service in builder.Resources.OfType<ProjectResource>())
            builder.CreateResourceBuilder(service).WithEnvironment("BENCH_ECHO_URL", echo.GetEndpoint("http"));
    }

    private static IResourceBuilder<ExecutableResource> AddServer(this IDistributedApplicationBuilder builder, string name, string command)
    {
        var server = builder.AddExecutable(name, "dotnet", AppContext.BaseDirectory, typeof(BenchmarkServers).Assembly.Location, command)
            .WithHttpEndpoint(isProxied: false).WithEndpoint("http", endpoint => endpoint.TargetHost = "127.0.0.1")
            .WithHttpHealthCheck("/health");
        return server.WithArgs(context =>
        {
            context.Args.Add("--port");
            context.Args.Add(server.GetEndpoint("http").Property(EndpointProperty.TargetPort));
        });
    }
}
