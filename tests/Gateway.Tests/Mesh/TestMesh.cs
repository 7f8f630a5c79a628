using System.Collections.Immutable;
using Dapr.Workflow.Registration;
using McpMesh.Audit;
using McpMesh.Configuration;
using McpMesh.Gateway.Sessions;
using McpMesh.Identity;
using McpMesh.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace McpMesh.Gateway.Tests.Mesh;

/// <summary>Real gateways on real Kestrel before real servers; only the services that other parts of the mesh provide are stood in
/// for.</summary>
internal sealed class TestMesh : IAsyncDisposable
{
    public const string PublicUrl = "http://127.0.0.1:8080";

    private readonly List<WebApplication> _gateways = [];

    public TestTokens Tokens { get; } = new();

    public TestHops Hops { get; } = new();

    public TestAudit Audit { get; } = new();

    public TestPolicies Policies { get; } = new();

    public TestSessions Sessions { get; } = new();

    /// <summary>Ends when a gateway has noticed that a client hung up.</summary>
    public TaskCompletionSource GivenUp { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public required UpstreamServer Logs { get; init; }

    public required UpstreamServer Echo { get; init; }

    public LimitsConfiguration Limits { get; init; } = new();

    /// <summary>The gateways' clock; null for the system's.</summary>
    public TimeProvider? Clock { get; init; }

    /// <summary>Servers <c>logs</c> (read, debug.write) and <c>echo</c> (say, forbidden); developers may use logs.read and
    /// echo.say.</summary>
    public static async Task<TestMesh> StartAsync(
        LimitsConfiguration? limits = null, int replicas = 1, TimeProvider? clock = null, params PolicyRule[] rules)
    {
        var mesh = new TestMesh
        {
            Logs = await UpstreamServer.StartAsync(),
            Echo = await UpstreamServer.StartAsync(),
            Limits = limits ?? new LimitsConfiguration(),
            Clock = clock,
        };
        mesh.Policies.Current = PolicyEngine.Compile(Document(["logs.read", "echo.say"], rules));
        for (var i = 0; i < replicas; i++) mesh._gateways.Add(await mesh.StartGatewayAsync());
        return mesh;
    }

    public static PolicyDocument Document(ImmutableArray<string> developer, params PolicyRule[] rules) => new()
    {
        Roles = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty
            .Add("developer", developer)
            .Add("sre", ["logs.read", "logs.debug.write", "echo.say"]),
        Groups = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty.Add("engineering", ["developer"])
            .Add("reliability", ["sre"]),
        Actors = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty.Add("agent", ["logs.*", "echo.*"])
            .Add("other-agent", ["logs.*", "echo.*"]),
        Methods = ["logs.read", "logs.debug.write", "echo.say", "echo.forbidden"],
        Rules = [.. rules],
    };

    public string Url(int replica = 0) => _gateways[replica].Urls.First();

    /// <summary>An agent of a developer, unless the test says otherwise.</summary>
    public TestAgent Agent(
        string subject = "dana", string group = "engineering", string scopes = "logs.read logs.debug.write echo.say echo.forbidden",
        string path = "/mcp", string? audience = null, int replica = 0, string client = "agent") =>
        new(new Uri(Url(replica) + path), Tokens.Issue(subject, group, scopes, audience ?? PublicUrl + "/mcp", client));

    public Task StopAsync(int replica) => _gateways[replica].StopAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var gateway in _gateways) await gateway.DisposeAsync();
        await Logs.DisposeAsync();
        await Echo.DisposeAsync();
    }

    private async Task<WebApplication> StartGatewayAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        // The server logs is reached as through a sidecar, echo at its own URL.
        builder.Configuration.AddInMemoryCollection([new("DAPR_HTTP_ENDPOINT", Logs.Url), new("DAPR_API_TOKEN", "sidecar-token")]);
        builder.Services.AddSingleton<IAccessTokenValidator>(Tokens);
        builder.Services.AddSingleton<IHopTokenSource>(Hops);
        builder.Services.AddSingleton<IPolicySource>(Policies);
        builder.Services.AddSingleton<IAuditPublisher>(Audit);
        builder.Services.AddSingleton<ISessionStore>(Sessions);
        // Durable calls need a whole mesh: their tests are in Mesh.IntegrationTests.
        builder.Services.AddDaprClient();
        builder.Services.AddSingleton(new DaprWorkflowClientBuilder(builder.Configuration).Build());
        if (Clock is not null) builder.Services.AddSingleton(Clock);
        builder.Services.AddGateway(Configured(Limits, Echo.Url), builder.Configuration);
        var app = builder.Build();
        app.Use(next => http =>
        {
            http.RequestAborted.Register(() => GivenUp.TrySetResult());
            return next(http);
        });
        app.MapGateway();
        await app.StartAsync();
        return app;
    }

    public static MeshConfiguration Configured(LimitsConfiguration? limits = null, string echo = "http://127.0.0.1:1") => new()
    {
        Identity = new IdentityConfiguration
        {
            Issuer = new Uri("https://as.test"),
            Idp = new IdentityProviderConfiguration
            {
                Issuer = new Uri("https://idp.test"),
                ClientId = "mesh-as",
                ClientSecret = "secret",
                Audience = "https://as.test",
                GrantClientId = "mesh-broker",
            },
        },
        Gateway = new GatewayConfiguration { PublicUrl = new Uri(PublicUrl), AllowedOrigins = ["https://console.test"] },
        Limits = limits ?? new LimitsConfiguration(),
        Servers = ImmutableSortedDictionary<string, ServerConfiguration>.Empty
            .Add("logs", new ServerConfiguration
            {
                AppId = "adapter-logs",
                Resource = "https://logs.test/mcp",
                Tools = ["read", "debug.write"],
                ReadOnly = ["read", "debug.write"],
                Calls = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty.Add("read", ["echo.say", "echo.forbidden"]),
            })
            .Add("echo",
                new ServerConfiguration { Url = new Uri(echo + "/mcp"), Resource = "https://echo.test/mcp", Tools = ["say", "forbidden"], ReadOnly = ["say", "forbidden"] }),
    };
}
