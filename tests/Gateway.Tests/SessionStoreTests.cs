using Dapr.Client;
using McpMesh.Gateway.Sessions;
using McpMesh.Gateway.Tests.Mesh;

namespace McpMesh.Gateway.Tests;

/// <summary>Sessions in a real state store behind a real sidecar.</summary>
public sealed class SessionStoreTests
{
    private static readonly LegacySession Session = new()
    {
        Id = "session-1",
        Subject = "https://as.test|dana",
        ClientId = "agent",
        PathServer = "logs",
        Version = "2025-11-25",
        LogLevel = "info",
        TouchedAt = new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero),
    };

    [Fact]
    public async Task A_session_is_found_as_it_was_saved_until_it_is_deleted_and_never_revived()
    {
        var (sidecar, endpoint) = await StateSidecar.StartAsync();
        await using var running = sidecar;
        using var dapr = new DaprClientBuilder().UseHttpEndpoint(endpoint).Build();
        var store = new DaprSessionStore(dapr, TestMesh.Configured());
        Assert.Null(await store.FindAsync(Session.Id, default));

        await store.SaveAsync(Session, default);
        var (found, version) = (await store.FindAsync(Session.Id, default))!.Value;
        Assert.Equal(Session, found);
        await store.TouchAsync(found with { TouchedAt = found.TouchedAt.AddHours(1) }, version, default);
        Assert.Equal(Session.TouchedAt.AddHours(1), (await store.FindAsync(Session.Id, default))!.Value.Session.TouchedAt);

        var (_, current) = (await store.FindAsync(Session.Id, default))!.Value;
        await store.DeleteAsync(Session.Id, default);
        await store.TouchAsync(Session, current, default);
        Assert.Null(await store.FindAsync(Session.Id, default));
    }
}
