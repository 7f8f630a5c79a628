using Dapr.Workflow;
using McpMesh.Audit;
using McpMesh.Configuration;
using McpMesh.Gateway.Approvals;
using McpMesh.Gateway.Approvals.Page;
using McpMesh.Gateway.Authentication;
using McpMesh.Gateway.Decisions;
using McpMesh.Gateway.Durable;
using McpMesh.Gateway.Errors;
using McpMesh.Gateway.Hops;
using McpMesh.Gateway.Http;
using McpMesh.Gateway.Lists;
using McpMesh.Gateway.Local;
using McpMesh.Gateway.Parsing;
using McpMesh.Gateway.Records;
using McpMesh.Gateway.Routing;
using McpMesh.Gateway.Runbooks;
using McpMesh.Gateway.Sessions;
using McpMesh.Gateway.Tasks;
using McpMesh.Gateway.Telemetry;
using McpMesh.Gateway.Upstream;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace McpMesh.Gateway;

/// <summary>
/// The gateway's own parts. What it is built on (token validation, hop tokens, policy, audit, state) is registered by the host.
/// </summary>
internal static class GatewayServices
{
    public static IServiceCollection AddGateway(this IServiceCollection services, MeshConfiguration mesh, IConfiguration environment)
    {
        services.AddSingleton(mesh);
        services.AddSingleton(SidecarAddress.From(environment));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ResourceIdentifiers>().AddSingleton<ErrorAnswer>();
        services.AddSingleton<HostGuard>().AddSingleton<HeadRefusal>();
        services.AddSingleton<AuthenticateStage>().AddSingleton<ParseStage>();
        services.TryAddSingleton<ISessionStore, DaprSessionStore>();
        services.AddSingleton<SessionDirectory>().AddSingleton<SessionStage>().AddSingleton<SessionEndpoint>().AddSingleton<ActiveCalls>();
        services.AddSingleton<LocalStage>().AddSingleton<InitializeAnswer>().AddSingleton<ListenAnswer>().AddSingleton<OpenStream>();
        services.AddSingleton<ListStage>().AddSingleton<ListCache>().AddSingleton<ListComposer>();
        services.AddSingleton<ServerDirectory>().AddSingleton<RunbookDirectory>().AddSingleton<RouteStage>().AddSingleton<DecideStage>();
        services.AddSingleton<RecordIds>().AddSingleton<CallRecords>().AddSingleton<RefusalBudget>();
        services.AddSingleton<HopStage>();
        services.AddSingleton<UpstreamClient>().AddSingleton<UpstreamQuery>().AddSingleton<ForwardStage>();
        services.AddSingleton<AnswerRelay>().AddSingleton<EventStreamRelay>();
        services.AddSingleton<ToolHintSource>().AddSingleton<DurableStage>().AddSingleton<DurableReply>();
        services.AddSingleton<CallStore>().AddSingleton<CallRegister>().AddSingleton<CallStarter>().AddSingleton<CallDispatch>();
        services.AddSingleton<ProgressBoard>().AddSingleton<SidecarPatience>();
        services.AddSingleton<ReplicaLife>().AddHostedService(provider => provider.GetRequiredService<ReplicaLife>());
        services.AddSingleton<CallState>().AddSingleton<WaitingAnswer>().AddSingleton<TaskAnswer>();
        services.AddSingleton<ApprovalStore>().AddSingleton<ApprovalRecords>().AddSingleton<ApprovalBell>().AddSingleton<ApprovalDesk>();
        services.AddSingleton<ApprovalEndpoint>().AddSingleton<PageEndpoint>().AddSingleton<PageSignIn>().AddSingleton<PageCookies>();
        services.AddHttpClient(PageSignIn.ClientId).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false });
        services.AddMetrics();
        return services.AddSingleton<GatewayTelemetry>().AddSingleton<GatewayPipeline>();
    }

    /// <summary>This process carries out durable calls, its own and those of replicas that died.</summary>
    public static IServiceCollection AddCallWorkflows(this IServiceCollection services) => services.AddDaprWorkflow(workflows =>
    {
        workflows.RegisterWorkflow<CallWorkflow>();
        workflows.RegisterWorkflow<RunbookWorkflow>();
        workflows.RegisterActivity<AuthorizeStepActivity>();
        workflows.RegisterActivity<DispatchActivity>();
        workflows.RegisterActivity<RecordActivity>();
        workflows.RegisterActivity<AskApprovalActivity>();
        workflows.RegisterActivity<SettleApprovalActivity>();
    });

    /// <summary>Maps <c>/mcp</c>, <c>/mcp/{server}</c> and the metadata of both.</summary>
    public static void MapGateway(this WebApplication app)
    {
        var guard = app.Services.GetRequiredService<HostGuard>();
        var pipeline = app.Services.GetRequiredService<GatewayPipeline>();
        var session = app.Services.GetRequiredService<SessionEndpoint>();
        var refusal = app.Services.GetRequiredService<HeadRefusal>();
        app.Use(next => http => guard.InvokeAsync(http, next));
        app.UseRouting();
        ResourceMetadataEndpoint.Map(app, app.Services.GetRequiredService<ResourceIdentifiers>());
        app.Services.GetRequiredService<ApprovalEndpoint>().Map(app);
        app.Services.GetRequiredService<PageEndpoint>().Map(app);
        foreach (var path in new[] { "/mcp", "/mcp/{server}" })
        {
            app.MapPost(path, http => pipeline.RunAsync(http, ServerOf(http)));
            app.MapMethods(path, [HttpMethods.Get, HttpMethods.Delete], http => session.RunAsync(http, ServerOf(http)));
            app.MapMethods(path, [HttpMethods.Put, HttpMethods.Patch], http => refusal.AnswerAsync(http, GatewayErrors.NotPosted));
        }
    }

    private static string? ServerOf(HttpContext http) => http.Request.RouteValues["server"] as string;
}
