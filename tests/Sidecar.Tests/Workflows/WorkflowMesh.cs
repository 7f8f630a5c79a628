using McpMesh.Sidecar.Tests.Harness;
using McpMesh.Sidecar.Tests.Workflows.Worker;

namespace McpMesh.Sidecar.Tests.Workflows;

/// <summary>Sidecars of one app that share a state file, with their workers and clients.</summary>
internal sealed class WorkflowMesh : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _parts = [];

    public WorkflowMesh() => Folder.WriteComponent("statestore", "state.sqlite",
        ("connectionString", $"data source={Folder.File("state.db")}"), ("actorStateStore", "true"));

    public TestFolder Folder { get; } = new();

    public async Task<SidecarUnderTest> SidecarAsync(string appId = "app", params string[] more)
    {
        var sidecar = await SidecarUnderTest.StartAsync(Folder, appId, more: more);
        _parts.Add(sidecar);
        return sidecar;
    }

    public TestWorker Worker(SidecarUnderTest sidecar)
    {
        var worker = new TestWorker(sidecar.GrpcPort);
        _parts.Add(worker);
        return worker;
    }

    public WorkflowClient Client(SidecarUnderTest sidecar)
    {
        var client = new WorkflowClient(sidecar.GrpcPort);
        _parts.Add(client);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        for (var i = _parts.Count - 1; i >= 0; i--) await _parts[i].DisposeAsync();
        Folder.Dispose();
    }
}
