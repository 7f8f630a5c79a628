using System.Diagnostics;
using McpMesh.Sidecar.Tests.Harness;

namespace McpMesh.Sidecar.Conformance.Harness;

/// <summary>What daprd needs for workflows and the embedded sidecar does not: placement and scheduler.</summary>
internal sealed class DaprdControlPlane : IDisposable
{
    private readonly List<Process> _processes = [];

    private DaprdControlPlane(TestFolder folder)
    {
        if (!SidecarProgram.IsDaprd) return;
        var (placement, scheduler) = (SidecarProgram.Port(), SidecarProgram.Port());
        Start("placement", folder, placement, "--initial-cluster", $"dapr-placement-0=127.0.0.1:{SidecarProgram.Port()}");
        var (client, peer) = (SidecarProgram.Port(), SidecarProgram.Port());
        Start(
            "scheduler", folder, scheduler, "--override-broadcast-host-port", $"127.0.0.1:{scheduler}", "--etcd-data-dir",
            folder.File("scheduler"), "--etcd-client-port", $"{client}", "--etcd-initial-cluster",
            $"dapr-scheduler-server-0=http://localhost:{peer}");
        Flags =
        [
            "--placement-host-address", $"127.0.0.1:{placement}", "--scheduler-host-address", $"127.0.0.1:{scheduler}",
        ];
    }

    /// <summary>For every sidecar of the mesh.</summary>
    public string[] Flags { get; } = [];

    public static DaprdControlPlane Start(TestFolder folder) => new(folder);

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited) process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }

    private void Start(string name, TestFolder folder, int port, params string[] more) => _processes.Add(Process.Start(
        new ProcessStartInfo(SidecarProgram.Beside(name),
        [
            "--port", $"{port}", "--listen-address", "127.0.0.1", "--healthz-port", $"{SidecarProgram.Port()}", "--metrics-port",
            $"{SidecarProgram.Port()}", "--log-level", "error", .. more,
        ])
        { WorkingDirectory = folder.Root })!);
}
