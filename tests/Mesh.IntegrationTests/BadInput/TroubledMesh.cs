using Aspire.Hosting.ApplicationModel;
using McpMesh.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace McpMesh.IntegrationTests.BadInput;

/// <summary>A mesh whose parts die and come back. Reading logs is recorded relaxed in it.</summary>
public sealed class TroubledMesh : IAsyncLifetime
{
    public RunningMesh Mesh { get; private set; } = null!;

    public async Task InitializeAsync() => Mesh = await RunningMesh.StartAsync(files => MeshFiles.Replace(
        files.MeshYaml, "\nrules:\n", "\nrules:\n  - { id: reading-goes-on, methods: [logs.read], audit: relaxed }\n"));

    public async Task DisposeAsync()
    {
        if (Mesh is not null) await Mesh.DisposeAsync();
    }

    /// <summary>Stops a resource; it stays down.</summary>
    internal Task StopAsync(string resource) => CommandAsync(resource, KnownResourceCommands.StopCommand);

    /// <summary>Starts a stopped resource and waits until it is healthy.</summary>
    internal async Task StartAsync(string resource)
    {
        await CommandAsync(resource, KnownResourceCommands.StartCommand);
        await Mesh.App.ResourceNotifications.WaitForResourceHealthyAsync(resource);
    }

    private async Task CommandAsync(string resource, string command)
    {
        var model = Mesh.App.Services.GetRequiredService<DistributedApplicationModel>();
        var result = await Mesh.App.ResourceCommands.ExecuteCommandAsync(model.Resources.Single(known => known.Name == resource), command);
        Assert.True(result.Success, result.Message);
    }
}
