using McpMesh.Configuration;
using McpMesh.ServiceDefaults;
using McpMesh.TokenExchange;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults();
var mesh = MeshFile.Load(
    builder.Configuration["MESH_CONFIG"] ?? throw new InvalidOperationException("MESH_CONFIG: the path of mesh.yaml is required."),
    builder.Configuration["MESH_ENVIRONMENT"]);
builder.AddTokenExchange(mesh);

var app = builder.Build();
app.MapTokenExchange();
app.MapDefaultEndpoints();
await app.RunAsync();
