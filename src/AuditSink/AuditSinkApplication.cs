using Dapr;
using McpMesh.AuditSink.Delivery;
using McpMesh.AuditSink.Reading;
using McpMesh.AuditSink.Storage;
using McpMesh.ServiceDefaults;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace McpMesh.AuditSink;

/// <summary>The audit sink: takes records from the topic, keeps them in order, and lets the operator read them.</summary>
internal static class AuditSinkApplication
{
    internal static WebApplication Create(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        configure?.Invoke(builder);
        builder.AddServiceDefaults();
        builder.Services.AddAuthentication()
            .AddDapr(options => options.Token = DaprDefaults.GetDefaultAppApiToken(builder.Configuration));
        builder.Services.AddAuthorization(options => options.AddDapr());
        builder.Services.AddOptions<AuditSinkOptions>()
            .Configure<IConfiguration>(AuditSinkOptions.Bind)
            .ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<AuditSinkOptions>, AuditSinkOptionsValidator>();
        builder.Services.AddSingleton<IAuditStore, SqliteAuditStore>();
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, LargeBlockPoolFactory>();
        builder.Services.AddSingleton<AuditDelivery>();
        builder.Services.AddSingleton<ReadAccess>();
        builder.Services.AddHealthChecks().AddCheck<AuditStoreHealthCheck>("audit-store");
        var app = builder.Build();
        // A store that cannot be opened must stop the start, not the first delivery.
        app.Services.GetRequiredService<IAuditStore>();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapDefaultEndpoints();
        app.MapSubscribeHandler();
        app.MapAuditDelivery();
        app.MapAuditReading();
        return app;
    }
}
