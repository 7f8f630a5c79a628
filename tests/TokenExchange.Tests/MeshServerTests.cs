using McpMesh.TokenExchange.Tests.Harness;

namespace McpMesh.TokenExchange.Tests;

/// <summary>Each test has its own mesh AS and its own IdP.</summary>
public abstract class MeshServerTests : IAsyncLifetime
{
    private protected MeshServer Server { get; private set; } = null!;

    private protected Agent Agent { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await MeshServer.StartAsync();
        Agent = new(Server);
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
