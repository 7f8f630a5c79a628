using System.Text.Json.Serialization;
using McpMesh.Audit;
using McpMesh.Configuration;
using McpMesh.PolicyDecision;
using McpMesh.PolicyDecision.Administration;
using McpMesh.PolicyDecision.AuthZen;
using McpMesh.ServiceDefaults;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults();
builder.Services.ConfigureHttpJsonOptions(options =>
{
    options.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
    options.SerializerOptions.TypeInfoResolverChain.Insert(0, PolicyJsonSerializerContext.Default);
});
builder.Services.AddAuditPublisher();
builder.Services.AddSingleton<PolicyStore>();
builder.Services.AddSingleton(new MeshConfigurationWatcher(
    builder.Configuration["MESH_CONFIG"] ?? "config/mesh.yaml", builder.Configuration["MESH_ENVIRONMENT"]));
builder.Services.AddSingleton<PolicyAnnouncer>();
builder.Services.AddHostedService(provider => provider.GetRequiredService<PolicyAnnouncer>());
builder.Services.AddHostedService<PolicyReloader>();
builder.Services.AddHealthChecks().AddCheck<PolicyStoreHealthCheck>("policy");

// Policy names users' rights, so only those who come through the own sidecar may ask. Without APP_API_TOKEN nobody may.
builder.Services.AddAuthentication().AddDapr(options => options.Token = builder.Configuration["APP_API_TOKEN"]);
builder.Services.AddAuthorization(options => options.AddDapr());

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapDefaultEndpoints();
app.MapDecisionPointMetadata();

var guarded = app.MapGroup("").RequireAuthorization("Dapr");
guarded.MapPolicy();
guarded.MapEvaluation();

return await app.RunServiceAsync();
