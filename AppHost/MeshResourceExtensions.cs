using System.Collections.Immutable;
using System.Security.Cryptography;
using CommunityToolkit.Aspire.Hosting.Dapr;
using McpMesh.AppHost.Start;

namespace McpMesh.AppHost;

/// <summary>What the resources of the mesh have in common.</summary>
internal static class MeshResourceExtensions
{
    // Greater than the mesh's own body limit, so that the mesh and not its sidecar answers an oversized call.
    private const string MaxBodySize = "16Mi";
    private const string ReadBufferSize = "64Ki";

    /// <summary>Listens on a fixed loopback port, and is healthy when <c>/health</c> says so.</summary>
    public static IResourceBuilder<ProjectResource> WithMeshEndpoint(this IResourceBuilder<ProjectResource> project, int port) =>
        project.WithHttpEndpoint(port: port).WithEndpoint("http", endpoint => endpoint.TargetHost = "127.0.0.1")
            .WithHttpHealthCheck("/health");

    /// <summary>Tells the service about the mesh.</summary>
    public static IResourceBuilder<ProjectResource> WithMeshEnvironment(
        this IResourceBuilder<ProjectResource> project, MeshEnvironment mesh) =>
        project.WithEnvironment(context => mesh.AddTo(context.EnvironmentVariables));

    /// <summary>
    /// Gives the service its sidecar, under the resource's name as app id. Each side proves itself to the other with a token of this run.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithMeshSidecar(this IResourceBuilder<ProjectResource> project, MeshEnvironment mesh)
    {
        var (apiToken, appToken) = (NewToken(), NewToken());
        return project
            .WithEnvironment("APP_ID", project.Resource.Name)
            .WithEnvironment("DAPR_API_TOKEN", apiToken)
            .WithEnvironment("APP_API_TOKEN", appToken)
            .WithDaprSidecar(sidecar => sidecar
                .WithOptions(new DaprSidecarOptions
                {
                    AppId = project.Resource.Name,
                    ResourcesPaths = ImmutableHashSet.Create(mesh.Settings.Components),
                    Config = mesh.Settings.DaprConfigurationOf(project.Resource.Name),
                    DaprListenAddresses = "127.0.0.1",
                    DaprMaxBodySize = MaxBodySize,
                    DaprReadBufferSize = ReadBufferSize,
                    LogLevel = "warn",
                    PlacementHostAddress = mesh.ControlPlane.Placement,
                    SchedulerHostAddress = mesh.ControlPlane.Scheduler,
                })
                .WithAnnotation(new EnvironmentCallbackAnnotation(context =>
                {
                    context.EnvironmentVariables["DAPR_API_TOKEN"] = apiToken;
                    context.EnvironmentVariables["APP_API_TOKEN"] = appToken;
                    mesh.AddToSidecar(context.EnvironmentVariables);
                })));
    }

    /// <summary>The sidecar of an agent that runs outside the mesh: it works through <c>invoke/gateway/method/mcp</c>.</summary>
    public static AgentSidecar AddAgentSidecar(this IDistributedApplicationBuilder builder, string appId, MeshEnvironment mesh)
    {
        var apiToken = NewToken();
        var sidecar = builder.AddExecutable(appId, mesh.Settings.SidecarPath, ".", "run", "--app-id", appId)
            .WithArgs(
                "--resources-path", mesh.Settings.Components, "--config", mesh.Settings.DaprConfigurationOf(appId),
                "--dapr-listen-addresses", "127.0.0.1",
                "--max-body-size", MaxBodySize, "--read-buffer-size", ReadBufferSize, "--log-level", "warn")
            .WithLoopbackPort("http", "--dapr-http-port").WithLoopbackPort("grpc", "--dapr-grpc-port")
            .WithLoopbackPort("metrics", "--metrics-port")
            .WithHttpHealthCheck("/v1.0/healthz", 204, "http")
            .WithEnvironment("DAPR_API_TOKEN", apiToken)
            .WithEnvironment(context => mesh.AddToSidecar(context.EnvironmentVariables));
        return new AgentSidecar(sidecar.GetEndpoint("http"), apiToken);
    }

    /// <summary>Makes the shop's day of data on the first start; null when it is there.</summary>
    public static IResourceBuilder<ProjectResource>? AddShopData(this IDistributedApplicationBuilder builder, DataFolder data) =>
        Directory.Exists(data.Shop)
            ? null
            : builder.AddProject("shop-data", "../samples/ShopData/ShopData.csproj").WithArgs("--out", data.Shop, "--seed", "1");

    /// <summary>Gives a program a free loopback port, told by <paramref name="flag"/>.</summary>
    public static IResourceBuilder<ExecutableResource> WithLoopbackPort(
        this IResourceBuilder<ExecutableResource> program, string endpoint, string flag) => program
        .WithHttpEndpoint(name: endpoint, isProxied: false)
        .WithEndpoint(endpoint, annotation => annotation.TargetHost = "127.0.0.1")
        .WithArgs(context =>
        {
            context.Args.Add(flag);
            context.Args.Add(program.GetEndpoint(endpoint).Property(EndpointProperty.TargetPort));
        });

    private static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
}
