using McpMesh.Samples.Agent;
using McpMesh.Testing;

namespace McpMesh.IntegrationTests.Durable;

/// <summary>A mesh whose adapters take five seconds for an effect, for tests that kill something in the middle of it.</summary>
public sealed class SlowMesh : IAsyncLifetime
{
    public RunningMesh Mesh { get; private set; } = null!;

    /// <summary>An engineer's agent: an ordinary MCP client, each request on a connection of its own.</summary>
    public AgentSession Agent { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Mesh = await RunningMesh.StartAsync(adapters: new Dictionary<string, string> { ["MESH_TEST_EFFECT_DELAY"] = "00:00:05" });
        Agent = await Mesh.SignInAsync("sam", "sam-dev-password", options => options with { ConnectionLifetime = TimeSpan.Zero });
    }

    public async Task DisposeAsync()
    {
        await Agent.DisposeAsync();
        await Mesh.DisposeAsync();
    }
}
