using McpMesh.AppHost;
using McpMesh.AppHost.Dapr;
using McpMesh.AppHost.Readiness;
using McpMesh.AppHost.Start;

// The mesh as an application model: what runs, with which sidecar, in which order.
var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, DisableDashboard = true });
try
{
    var settings = MeshSettings.From(builder.Configuration, builder.AppHostDirectory);
    ConfigurationCheck.ThrowIfInvalid(settings);
    using var data = DataFolder.Acquire(settings.Data);
    var secrets = MeshSecrets.LoadOrCreate(data.SecretsFile);
    builder.AddDapr(dapr => dapr.DaprPath = settings.SidecarPath);
    var mesh = new MeshEnvironment(settings, data, DaprControlPlane.Add(builder, settings.Runtime, data.Path));

    var idp = builder.AddProject("idp", "../src/DevIdp/DevIdp.csproj").WithMeshEndpoint(8090)
        .WithEnvironment("MESH_IDP_CONFIG", settings.IdpConfig)
        .WithEnvironment("MESH_IDP_CLIENT_SECRET", secrets.IdpClientSecret)
        .WithEnvironment("MESH_EMA_IDP_SECRET", secrets.EmaIdpSecret);
    var tokenExchange = builder.AddProject("token-exchange", "../src/TokenExchange/TokenExchange.csproj").WithMeshEndpoint(8081)
        .WithMeshSidecar(mesh).WaitFor(idp);
    var policy = builder.AddProject("policy", "../src/PolicyDecision/PolicyDecision.csproj").WithMeshEndpoint(8082)
        .WithMeshSidecar(mesh);
    var audit = builder.AddProject("audit", "../src/AuditSink/AuditSink.csproj").WithMeshEndpoint(8083)
        .WithMeshSidecar(mesh);
    var gateway = builder.AddProject("gateway", "../src/Gateway/Gateway.csproj").WithMeshEndpoint(8080)
        .WithReplicas(2).WithExternalHttpEndpoints()
        .WithMeshSidecar(mesh).WaitFor(tokenExchange).WaitFor(policy).WaitFor(audit);

    var shopData = builder.AddShopData(data);
    foreach (var (server, port) in new[] { ("logs", 8091), ("analytics", 8092), ("cost", 8093), ("incidents", 8094) })
    {
        var adapter = builder.AddProject($"adapter-{server}", "../src/Adapters/Adapters.csproj").WithMeshEndpoint(port)
            .WithEnvironment("MESH_SERVER", server)
            .WithMeshSidecar(mesh).WaitFor(policy).WaitFor(audit);
        if (shopData is not null) adapter.WaitForCompletion(shopData);
    }

    var agent = builder.AddAgentSidecar("agent", mesh);
    mesh.PublicEndpoints = new PublicEndpoints(
        gateway.GetEndpoint("http"), tokenExchange.GetEndpoint("http"), policy.GetEndpoint("http"), audit.GetEndpoint("http"),
        idp.GetEndpoint("http"));
    foreach (var service in builder.Resources.OfType<ProjectResource>()) builder.CreateResourceBuilder(service).WithMeshEnvironment(mesh);

    FixedPorts.ThrowIfInUse(builder);
    var readiness = builder.AddReadiness(mesh, agent);
    await using var application = builder.Build();
    await application.RunAsync();
    return readiness.Failed ? 1 : 0;
}
catch (Exception failure) when (failure is MeshStartException or DistributedApplicationException)
{
    await Console.Error.WriteLineAsync($"The mesh cannot start: {failure.Message}");
    return 1;
}

/// <summary>The entry point, named for tests that run it.</summary>
public partial class Program;
