using McpMesh.Audit;
using McpMesh.Configuration;
using McpMesh.Gateway;
using McpMesh.Identity;
using McpMesh.Policy;
using McpMesh.ServiceDefaults;
using Microsoft.Extensions.Configuration.Memory;

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
// Diagnostics that could log make ASP.NET Core start an activity and a log scope for each request, also when nobody reads either, and
// every step of the call then carries them on. A listener for its activities gets them as before.
builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
{
    InitialData = [new("Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "None")],
});
builder.AddServiceDefaults();
builder.Services.AddDaprClient();
builder.Services.AddAccessTokenValidation(mesh.Identity.Issuer).AddHopTokens().AddPolicy().AddAuditPublisher();
builder.Services.AddGateway(mesh, builder.Configuration).AddCallWorkflows();

var app = builder.Build();
app.MapGateway();
app.MapSubscribeHandler();
app.MapPolicyChanged();
app.MapDefaultEndpoints();
return await app.RunServiceAsync();
