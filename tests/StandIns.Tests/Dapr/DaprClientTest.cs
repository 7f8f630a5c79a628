using Dapr.Client;

namespace StandIns.Tests.Dapr;

/// <summary>A client against the sidecar that the documentation describes, fresh for every test.</summary>
public abstract class DaprClientTest : IAsyncLifetime
{
    private protected DocumentedSidecar Sidecar { get; private set; } = null!;

    protected DaprClient Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Sidecar = await DocumentedSidecar.StartAsync();
        Client = Sidecar.Client();
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await Sidecar.DisposeAsync();
    }
}
