using McpMesh.Audit;
using McpMesh.Configuration;
using McpMesh.Gateway;
using McpMesh.Identity;
using McpMesh.Policy;
using McpMesh.ServiceDefaults;

var builder = WebApplication.CreateSlimBuilder(args);
MeshConfiguration mesh;
try
{
    mesh = MeshFile.Load(
        builder.Configuration["MESH_CONFIG"] ?? "config/mesh.yaml",
        builder.Configuration["MESH_ENVIRONMENT"],
        name => builder.Configuration[name]);
}
catch (MeshConfigurationException error)
{
    await Console.Error.WriteLineAsync(error.Message);
    return 2;
}

builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    // The parse stage has its own bound and its own answer.
    kestrel.Limits.MaxRequestBodySize = null;
    kestrel.Limits.MaxRequestHeadersTotalSize = 64 * 1024;
});
builder.AddServiceDefaults();
builder.Services.AddDaprClient();
builder.Services.AddAccessTokenValidation(mesh.Identity.Issuer).AddHopTokens().AddPolicy().AddAuditPublisher();
builder.Services.AddGateway(mesh, builder.Configuration);

var app = builder.Build();
app.MapGateway();
app.MapSubscribeHandler();
app.MapPolicyChanged();
app.MapDefaultEndpoints();
return await app.RunServiceAsync();
