using McpMesh.Adapters;
using McpMesh.Audit;
using McpMesh.Configuration;
using McpMesh.Identity;
using McpMesh.Policy;
using McpMesh.ServiceDefaults;

// The entry of mesh.yaml that this process serves, and the kind of adapter it asks for.
var path = Environment.GetEnvironmentVariable("MESH_CONFIG") ?? "config/mesh.yaml";
ServedServer served;
TestSwitches switches;
try
{
    switches = TestSwitches.Read(Environment.GetEnvironmentVariable);
    var mesh = MeshFile.Load(path, Environment.GetEnvironmentVariable("MESH_ENVIRONMENT"));
    served = ServedServer.Find(mesh, path, Environment.GetEnvironmentVariable("MESH_SERVER"));
}
catch (MeshConfigurationException error)
{
    await Console.Error.WriteLineAsync(error.Message);
    return 2;
}
var dataFolder = Environment.GetEnvironmentVariable("MESH_DATA") ?? ".mesh";

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.Services.AddDaprClient();
builder.Services.AddAccessTokenValidation(served.Mesh.Identity.Issuer); // who: tokens for this resource only
builder.Services.AddPolicy();                                           // may they: decided again here
builder.Services.AddAuditPublisher();                                   // can we prove it
builder.Services.AddHopTokens();                                        // calls of its own carry a token of their own
builder.Services.AddAdapter(served, dataFolder, switches);

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapSubscribeHandler();
app.MapPolicyChanged();
app.MapAdapter();
return await app.RunServiceAsync();
