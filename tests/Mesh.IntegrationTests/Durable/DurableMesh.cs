using McpMesh.Samples.Agent;
using McpMesh.Testing;

namespace McpMesh.IntegrationTests.Durable;

/// <summary>A mesh with a stranger's server whose tools have effects, for tests that kill parts of it.</summary>
public sealed class DurableMesh : IAsyncLifetime
{
    private AgentSession _session = null!;

    public RunningMesh Mesh { get; private set; } = null!;

    /// <summary>Server <c>effects</c>, reached at a URL.</summary>
    public EffectServer Effects { get; private set; } = null!;

    /// <summary>An engineer's token for the gateway.</summary>
    public string Token => _session.AccessToken;

    public async Task InitializeAsync()
    {
        Effects = await EffectServer.StartAsync();
        Mesh = await RunningMesh.StartAsync(Configure);
        _session = await Mesh.SignInAsync("sam", "sam-dev-password");
    }

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        await Mesh.DisposeAsync();
        await Effects.DisposeAsync();
    }

    private void Configure(MeshFiles files)
    {
        MeshFiles.Replace(files.IdpYaml, "      - { resource: https://logs.mesh.example/mcp,",
            $"      - {{ resource: {EffectServer.Resource}, scopes: [effects.*] }}\n" +
            "      - { resource: https://logs.mesh.example/mcp,");
        File.WriteAllText(files.IdpYaml, File.ReadAllText(files.IdpYaml)
            .Replace("scopes: [logs.*, analytics", "scopes: [effects.*, logs.*, analytics", StringComparison.Ordinal));
        MeshFiles.Replace(files.MeshYaml, "servers:\n",
            $"servers:\n  effects:\n    url: {Effects.Url}\n    resource: {EffectServer.Resource}\n    tools: [act, put]\n");
        MeshFiles.Replace(files.MeshYaml, "  sre: [", "  sre: [effects.act, effects.put, ");
        MeshFiles.Replace(files.MeshYaml, "/callback]   # loopback: any port (RFC 8252 section 7.3)\n    scopes: [",
            "/callback]\n    scopes: [effects.*, ");
    }
}
