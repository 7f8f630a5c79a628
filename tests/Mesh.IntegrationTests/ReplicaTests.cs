using System.Text.Json;
using McpMesh.Testing;

namespace McpMesh.IntegrationTests;

/// <summary>A gateway is nobody's home: what it knew, the other replica knows.</summary>
public sealed class ReplicaTests : IAsyncLifetime
{
    private RunningMesh _mesh = null!;

    public async Task InitializeAsync() => _mesh = await RunningMesh.StartAsync();

    public async Task DisposeAsync() => await _mesh.DisposeAsync();

    [Theory]
    [InlineData("2026-07-28")]
    [InlineData("2025-11-25")]
    public async Task Killing_one_of_two_gateways_between_calls_costs_the_agent_nothing(string protocolVersion)
    {
        await using var session = await _mesh.SignInAsync("dana", "dana-dev-password", protocolVersion);
        Assert.Equal(protocolVersion, session.Work.NegotiatedProtocolVersion);
        foreach (var replica in MeshProcesses.Of(_mesh, "gateway"))
        {
            await CallAsync(session);
            await MeshProcesses.KillAsync(replica);
            // Four calls in a row: with round robin at least one would have gone to the dead replica.
            for (var i = 0; i < 4; i++) await CallAsync(session);
            await _mesh.App.ResourceNotifications.WaitForResourceHealthyAsync("gateway");
        }
    }

    private static async Task CallAsync(Samples.Agent.AgentSession session)
    {
        var result = await session.Work.CallToolAsync("logs.read", new Dictionary<string, object?> { ["limit"] = 1 });
        Assert.True(result.IsError is not true, JsonSerializer.Serialize(result.Content));
    }
}
