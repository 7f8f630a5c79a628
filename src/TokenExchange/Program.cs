using McpMesh.Configuration;
using McpMesh.ServiceDefaults;
using McpMesh.TokenExchange;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults();
try
{
    builder.AddTokenExchange(MeshFile.Load(builder.Configuration["MESH_CONFIG"] ?? "config/mesh.yaml", builder.Configuration["MESH_ENVIRONMENT"]));
}
catch (Exception error) when (error is MeshConfigurationException or InvalidOperationException)
{
    await Console.Error.WriteLineAsync(error.Message);
    return 2;
}

var app = builder.Build();
app.MapTokenExchange();
app.MapDefaultEndpoints();
return await app.RunServiceAsync();
