using McpMesh.Testing;

namespace McpMesh.Interop;

/// <summary>The mesh and the installed npm packages.</summary>
public sealed class InteropMesh : IAsyncLifetime
{
    /// <summary>The mesh under test.</summary>
    public RunningMesh Mesh { get; private set; } = null!;

    /// <summary>Node and the packages of package-lock.json.</summary>
    public NodePackages Node { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Node = await NodePackages.InstallAsync();
        Mesh = await RunningMesh.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (Mesh is not null) await Mesh.DisposeAsync();
    }
}
