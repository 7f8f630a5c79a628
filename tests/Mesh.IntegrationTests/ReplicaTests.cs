using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
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
        // Every call on a connection of its own: a request that was already on its way over a connection of the dead replica is not
        // "between calls", and whether the end of an idle connection or the next request is first is for TCP to decide, not for the mesh.
        await using var session = await _mesh.SignInAsync(
            "dana", "dana-dev-password", options => options with { ProtocolVersion = protocolVersion, ConnectionLifetime = TimeSpan.Zero });
        Assert.Equal(protocolVersion, session.Work.NegotiatedProtocolVersion);
        string[] replicas = ["gateway-1", "gateway-2"];
        foreach (var replica in replicas)
        {
            // The one killed before must be back: this is about losing one of two.
            foreach (var name in replicas) await _mesh.App.ResourceNotifications.WaitForResourceAsync("gateway", e => IsHealthy(e, name));
            await CallAsync(session);
            await MeshProcesses.KillAsync(MeshProcesses.Instance(_mesh, replica));
            // Four calls in a row: with round robin some of them would have gone to the dead replica.
            for (var i = 0; i < 4; i++) await CallAsync(session);
        }
    }

    private static bool IsRunning(ResourceEvent e) => e.Snapshot.State?.Text == KnownResourceStates.Running;

    private static bool IsHealthy(ResourceEvent e, string replica) =>
        e.ResourceId == replica && IsRunning(e)
        && e.Snapshot.HealthStatus == Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy;

    private static async Task CallAsync(Samples.Agent.AgentSession session)
    {
        var result = await session.Work.CallToolAsync("logs.read", new Dictionary<string, object?> { ["limit"] = 1 });
        Assert.True(result.IsError is not true, JsonSerializer.Serialize(result.Content));
    }
}
