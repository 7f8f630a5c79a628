using McpMesh.Samples.Agent;
using McpMesh.Testing;

namespace McpMesh.IntegrationTests.Durable;

/// <summary>A mesh whose adapters take five seconds for an effect, for tests that kill something in the middle of it.</summary>
public sealed class SlowMesh : IAsyncLifetime
{
    private AgentSession _session = null!;

    public RunningMesh Mesh { get; private set; } = null!;

    /// <summary>An engineer's token for the gateway.</summary>
    public string Token => _session.AccessToken;

    public async Task InitializeAsync()
    {
        Mesh = await RunningMesh.StartAsync(adapters: new Dictionary<string, string> { ["MESH_TEST_EFFECT_DELAY"] = "00:00:05" });
        _session = await Mesh.SignInAsync("sam", "sam-dev-password");
    }

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        await Mesh.DisposeAsync();
    }
}
