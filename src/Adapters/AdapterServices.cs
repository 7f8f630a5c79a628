using Dapr;
using Dapr.Client;
using McpMesh.Adapters.Access;
using McpMesh.Adapters.Incidents;
using McpMesh.Adapters.Ledger;
using McpMesh.Adapters.Logs;
using McpMesh.Adapters.Mcp;
using McpMesh.Adapters.Sql;
using McpMesh.Audit;
using McpMesh.Configuration;
using McpMesh.Identity;

namespace McpMesh.Adapters;

/// <summary>Registers an adapter of the kind that its entry in mesh.yaml names.</summary>
internal static class AdapterServices
{
    /// <summary>Adds the HTTP face, the access gate and the kind.</summary>
    public static IServiceCollection AddAdapter(
        this IServiceCollection services, ServedServer served, string dataFolder, TestSwitches? switches = null)
    {
        services.AddSingleton(served);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<BearerChallenge>();
        services.AddSingleton<Authentication>();
        services.AddSingleton<Authorization>();
        services.AddSingleton<RefusalBudget>();
        services.AddSingleton<CallRecorder>();
        services.AddSingleton(switches ?? TestSwitches.None);
        services.AddSingleton<EffectDelay>();
        services.AddSingleton(provider => new CallLedger(provider.GetRequiredService<DaprClient>));
        services.AddSingleton<RecordedCalls>();
        services.AddSingleton<AdapterServer>();
        services.AddSingleton<McpEndpoint>();
        return served.Adapter.Kind switch
        {
            "logs" => services.AddSingleton<IAdapter>(provider => new LogsAdapter(
                served.Adapter,
                new DebugLevelStore(provider.GetRequiredService<DaprClient>(), dataFolder, provider.GetRequiredService<TimeProvider>()),
                provider.GetRequiredService<TimeProvider>())),
            "sql" => services
                .AddSingleton(provider => DatabaseReference.Open(served, provider.GetRequiredService<DaprClient>))
                .AddSingleton<IAdapter>(provider => new SqlAdapter(provider.GetRequiredService<ISqlDatabase>(), served.Adapter)),
            "incidents" => services
                .AddSingleton<IAdapter>(provider => new IncidentsAdapter(
                    new IncidentStore(provider.GetRequiredService<DaprClient>()),
                    new AnalyticsOrderFigures(FiguresHop(provider, served)),
                    provider.GetRequiredService<TimeProvider>())),
            var kind => throw new MeshConfigurationException(
                [new MeshConfigurationError(
                    "mesh.yaml", 0, 0, $"servers.{served.Name}.adapter.kind", $"is {kind}, but must be logs, sql or incidents.")]),
        };
    }

    /// <summary>The hop that <c>calls</c> of the server allows to <c>summary.post</c>: one method <c>server.query</c>.</summary>
    private static NextHop FiguresHop(IServiceProvider provider, ServedServer served)
    {
        var field = $"servers.{served.Name}.calls.summary.post";
        var method = served.Server.Calls.TryGetValue("summary.post", out var calls) && calls.Length == 1
            ? calls[0]
            : throw Invalid("must list exactly one method.");
        var dot = method.IndexOf('.', StringComparison.Ordinal);
        var name = dot > 0 ? method[..dot] : method;
        if (dot <= 0 || !served.Mesh.Servers.TryGetValue(name, out var server) || server.AppId is not { } appId)
            throw Invalid($"names {method}, but no server with an appId has that method.");
        var configuration = provider.GetRequiredService<IConfiguration>();
        var client = DaprClient.CreateInvokeHttpClient(
            appId, DaprDefaults.GetDefaultHttpEndpoint(configuration), DaprDefaults.GetDefaultDaprApiToken(configuration));
        client.Timeout = served.Mesh.Limits.CallTimeout;
        return new NextHop(client, provider.GetRequiredService<IHopTokenSource>(), server, name, method[(dot + 1)..]);

        MeshConfigurationException Invalid(string rule) => new([new MeshConfigurationError("mesh.yaml", 0, 0, field, rule)]);
    }
}
