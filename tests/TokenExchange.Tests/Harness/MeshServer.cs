using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using McpMesh.Audit;
using McpMesh.Configuration;
using McpMesh.Identity.Jose;
using McpMesh.TokenExchange.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace McpMesh.TokenExchange.Tests.Harness;

/// <summary>The mesh AS as it is built, with the outside parties replaced: IdP, state store, secrets, audit topic and clock.</summary>
internal sealed class MeshServer : IAsyncDisposable
{
    public const string Issuer = "https://as.shop.example";
    public const string Gateway = "https://gateway.shop.example/mcp";
    public const string Logs = "https://logs.mesh.example/mcp";
    public const string Analytics = "https://analytics.mesh.example/mcp";
    public const string Incidents = "https://incidents.mesh.example/mcp";
    public const string AppToken = "sidecar-to-app";

    private WebApplication? _app;

    private MeshServer()
    {
        Idp = new OrganizationIdp(Clock);
        State = new MemoryStateStore(Clock);
    }

    public ManualClock Clock { get; } = new();

    public OrganizationIdp Idp { get; }

    public MemoryStateStore State { get; }

    public RecordingAudit Audit { get; } = new();

    public LogLines Logging { get; } = new();

    public SigningKey Key { get; } = SigningKey.Generate();

    public static MeshConfiguration Mesh { get; } = new()
    {
        Identity = new()
        {
            Issuer = new Uri(Issuer),
            Idp = new()
            {
                Issuer = new Uri(OrganizationIdp.Issuer),
                ClientId = "mesh-as",
                ClientSecret = "idp-client-secret",
                Audience = Issuer,
                GrantClientId = "mesh-broker",
            },
        },
        Gateway = new() { PublicUrl = new Uri("https://gateway.shop.example") },
        Servers = ImmutableSortedDictionary<string, ServerConfiguration>.Empty
            .Add("logs", new() { AppId = "adapter-logs", Resource = Logs, Tools = ["read", "debug.write"] })
            .Add("analytics", new() { AppId = "adapter-analytics", Resource = Analytics, Tools = ["query"] })
            .Add("incidents", new()
            {
                AppId = "adapter-incidents",
                Resource = Incidents,
                Tools = ["trigger", "summary.post"],
                Calls = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty.Add("summary.post", ["analytics.query"]),
            }),
        Clients =
        [
            new()
            {
                Id = "sample-agent",
                RedirectUris = [new Uri("http://127.0.0.1/callback"), new Uri("https://agent.example/callback")],
                Scopes = ["logs.read", "analytics.*", "incidents.*"],
            },
            new() { Id = "other-agent", RedirectUris = [new Uri("https://other.example/callback")], Scopes = ["logs.*"] },
            new() { Id = "ema-agent", Secret = "ema-agent-secret", Grants = ["jwt-bearer"], Scopes = ["logs.*", "incidents.*"] },
        ],
    };

    public HttpClient Http { get; private set; } = null!;

    public IServiceProvider Services => _app!.Services;

    public static async Task<MeshServer> StartAsync()
    {
        var server = new MeshServer();
        await server.StartCoreAsync();
        return server;
    }

    public Browser NewBrowser() => new(Http, Idp);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app!.DisposeAsync();
        await Idp.DisposeAsync();
    }

    private async Task StartCoreAsync()
    {
        var idp = await Idp.StartAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders().AddProvider(Logging);
        builder.Configuration["APP_API_TOKEN"] = AppToken;
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.AddTokenExchange(Mesh);
        builder.Services.Replace(ServiceDescriptor.Singleton<IStateStore>(State));
        builder.Services.Replace(ServiceDescriptor.Singleton<IAuditPublisher>(Audit));
        builder.Services.Replace(ServiceDescriptor.Singleton<ISecretSource>(new FixedSecrets(new Dictionary<string, string>
        {
            ["idp-client-secret"] = "idp secret",
            ["ema-agent-secret"] = "ema secret",
            ["session-key"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["signing-key"] = $$"""{"keys":[{{Key.ToPrivateJwk()}}]}""",
        })));
        builder.Services.AddHttpClient(TokenExchangeServices.IdpHttp).ConfigurePrimaryHttpMessageHandler(() => idp);
        _app = builder.Build();
        _app.MapTokenExchange();
        await _app.StartAsync();
        Http = _app.GetTestServer().CreateClient();
        Http.BaseAddress = new Uri(Issuer);
    }

    public static string Challenge(string verifier) => Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
}
