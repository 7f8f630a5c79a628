using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using McpMesh.Samples.Agent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace McpMesh.Testing;

/// <summary>The whole mesh, started from the AppHost on random ports with a data folder of its own, and stopped without a trace.</summary>
public sealed class RunningMesh : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(3);

    private DistributedApplication? _app;

    private RunningMesh(string data) => Data = data;

    /// <summary>Data folder: databases, secrets, shop data, endpoints.json.</summary>
    public string Data { get; }

    /// <summary>What its processes write.</summary>
    public MeshLog Log { get; } = new();

    /// <summary>The application model at work.</summary>
    public DistributedApplication App => _app ?? throw new InvalidOperationException("The mesh has not been built.");

    /// <summary>Public URL of the gateway.</summary>
    public Uri Gateway => Base("gateway");

    /// <summary>The mesh AS.</summary>
    public Uri TokenExchange => Base("token-exchange");

    /// <summary>The development IdP.</summary>
    public Uri Idp => Base("idp");

    /// <summary>The audit sink.</summary>
    public Uri Audit => Base("audit");

    /// <summary>Starts the mesh and waits until all of it is healthy.</summary>
    /// <param name="configure">Changes the configuration files before the start; they are copies in a folder of this mesh.</param>
    /// <param name="adapters">Environment of the adapters, for their switches of tests.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<RunningMesh> StartAsync(
        Action<MeshFiles>? configure = null, IReadOnlyDictionary<string, string>? adapters = null,
        CancellationToken cancellationToken = default)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(StartTimeout);
        var mesh = new RunningMesh(Directory.CreateTempSubdirectory("mesh-").FullName);
        try
        {
            await mesh.StartAppAsync(configure, adapters ?? new Dictionary<string, string>(), timeout.Token);
            return mesh;
        }
        catch
        {
            await mesh.DisposeAsync();
            throw;
        }
    }

    /// <summary>Signs a user in as an ordinary agent would.</summary>
    /// <param name="configure">Changes how the agent works: the MCP revision, its connections.</param>
    public async Task<AgentSession> SignInAsync(
        string username, string password, Func<AgentOptions, AgentOptions>? configure = null, CancellationToken cancellationToken = default)
    {
        using var browser = new FormBrowser(username, password);
        var options = new AgentOptions { Gateway = new Uri(Gateway, "/mcp") };
        return await AgentSession.SignInAsync(configure?.Invoke(options) ?? options, browser, cancellationToken);
    }

    /// <summary>A secret that AppHost made for this mesh.</summary>
    public string Secret(string name)
    {
        using var secrets = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Data, "secrets.json")));
        return secrets.RootElement.GetProperty(name).GetString()!;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        Log.Dispose();
        Directory.Delete(Data, recursive: true);
    }

    private async Task StartAppAsync(
        Action<MeshFiles>? configure, IReadOnlyDictionary<string, string> adapters, CancellationToken cancellationToken)
    {
        var files = MeshFiles.CopyTo(Path.Combine(Data, "config"));
        configure?.Invoke(files);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Program>(
            ["--data", Data, "--config", files.MeshYaml, "--idp-config", files.IdpYaml], cancellationToken);
        builder.Services.AddSingleton<ILoggerProvider>(Log);
        foreach (var adapter in builder.Resources.OfType<ProjectResource>().Where(project => project.Name.StartsWith("adapter-", StringComparison.Ordinal)))
        {
            foreach (var (name, value) in adapters) builder.CreateResourceBuilder(adapter).WithEnvironment(name, value);
        }

        _app = await builder.BuildAsync(cancellationToken);
        await _app.StartAsync(cancellationToken);
        foreach (var resource in new[]
                 {
                     "gateway", "token-exchange", "policy", "audit", "idp",
                     "adapter-logs", "adapter-analytics", "adapter-cost", "adapter-incidents",
                 })
        {
            await _app.ResourceNotifications.WaitForResourceHealthyAsync(resource, cancellationToken);
        }

        await WaitForRunFileAsync(cancellationToken);
    }

    // It is written when the sidecars and the agent's sidecar are up, too. A file announces itself to nobody, so it is looked for.
    private async Task WaitForRunFileAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!File.Exists(Path.Combine(Data, "endpoints.json"))) await timer.WaitForNextTickAsync(cancellationToken);
    }

    private Uri Base(string resource) => new(App.GetEndpoint(resource, "http").GetLeftPart(UriPartial.Authority));
}
