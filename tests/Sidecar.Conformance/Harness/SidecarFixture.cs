using McpMesh.Grpc;
using McpMesh.Grpc.Client;
using McpMesh.Sidecar.Tests.Harness;

namespace McpMesh.Sidecar.Conformance.Harness;

/// <summary>A started sidecar that the tests of a class share, with its resources, its app and its two faces.</summary>
public abstract class SidecarFixture : IAsyncLifetime
{
    internal const string AppId = "conformance";

    private readonly List<IAsyncDisposable> _parts = [];
    private DaprdControlPlane? _controlPlane;

    internal TestFolder Folder { get; } = new(withComponents: false);

    internal SidecarUnderTest Sidecar { get; private set; } = null!;

    internal HttpFace Http { get; private set; } = null!;

    internal GrpcChannel Grpc { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await PrepareAsync();
        if (NeedsControlPlane) _controlPlane = DaprdControlPlane.Start(Folder);
        var app = await StartAppAsync();
        WriteResources();
        Sidecar = await StartAsync(AppId, app);
        Http = new HttpFace(Sidecar.Http);
        Grpc = GrpcOf(Sidecar);
        await StartOthersAsync(app);
    }

    public virtual async Task DisposeAsync()
    {
        for (var i = _parts.Count - 1; i >= 0; i--) await _parts[i].DisposeAsync();
        _controlPlane?.Dispose();
        Folder.Dispose();
    }

    /// <summary>Workflows need one, on daprd.</summary>
    internal virtual bool NeedsControlPlane => false;

    internal virtual IEnumerable<string> Flags => [];

    internal virtual (string Name, string Value)[] Environment => [];

    internal virtual GrpcMetadata GrpcHeaders => [];

    /// <summary>What the resources need.</summary>
    internal virtual Task PrepareAsync() => Task.CompletedTask;

    internal abstract void WriteResources();

    /// <summary>The app beside the sidecar; null for none.</summary>
    internal virtual Task<TestApp?> StartAppAsync() => Task.FromResult<TestApp?>(null);

    /// <summary>Whatever else the mesh has.</summary>
    /// <param name="app">The app of the first sidecar.</param>
    internal virtual Task StartOthersAsync(TestApp? app) => Task.CompletedTask;

    internal T Owned<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }

    /// <summary>Another sidecar of the same mesh.</summary>
    internal async Task<SidecarUnderTest> StartAsync(string appId, TestApp? app, params string[] more) => Owned(
        await SidecarUnderTest.StartAsync(Folder, appId, app, [.. Flags, .. _controlPlane?.Flags ?? [], .. more], Environment));

    internal GrpcChannel GrpcOf(SidecarUnderTest sidecar) =>
        Owned(new GrpcChannel(new Uri($"http://127.0.0.1:{sidecar.GrpcPort}"), new GrpcChannelOptions { Headers = GrpcHeaders }));

    /// <summary>A Configuration resource with the mesh's name resolution, which both engines know, and more of its spec.</summary>
    internal string WriteConfiguration(string name, string spec = "") => Folder.Write($"{name}.yaml", $"""
        apiVersion: dapr.io/v1alpha1
        kind: Configuration
        metadata:
          name: {name}
        spec:
          nameResolution:
            component: sqlite
            version: v1
            configuration:
              connectionString: "{Folder.File("names.db")}"
        {spec}
        """);
}
