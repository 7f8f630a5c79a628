using System.Net.Sockets;

namespace McpMesh.AppHost.Dapr;

/// <summary>Where sidecars find placement and scheduler: those of this mesh, or those that run on this machine already.</summary>
/// <param name="Placement">Host and port; null for the embedded sidecar, which needs none.</param>
/// <param name="Scheduler">Host and port; null for the embedded sidecar.</param>
internal sealed record DaprControlPlane(string? Placement, string? Scheduler)
{
    // The ports of a self-hosted Dapr. What `dapr init` has running there in containers serves this mesh too.
    private const int PlacementPort = 50005;
    private const int SchedulerPort = 50006;

    private static readonly DaprControlPlane None = new(null, null);

    /// <summary>Adds placement and scheduler to the model, each unless one answers on its port already.</summary>
    /// <param name="builder">The model.</param>
    /// <param name="runtime">The installed runtime; null for the embedded sidecar.</param>
    /// <param name="data">Folder in which the scheduler keeps its jobs.</param>
    public static DaprControlPlane Add(IDistributedApplicationBuilder builder, DaprRuntime? runtime, string data)
    {
        if (runtime is null) return None;
        if (!IsRunning(PlacementPort)) Add(builder, "placement", runtime.Placement, PlacementPort);
        if (!IsRunning(SchedulerPort))
        {
            Add(builder, "scheduler", runtime.Scheduler, SchedulerPort).WithArgs(
                "--override-broadcast-host-port", $"127.0.0.1:{SchedulerPort}", "--etcd-data-dir", Path.Combine(data, "scheduler"));
        }

        return new DaprControlPlane($"127.0.0.1:{PlacementPort}", $"127.0.0.1:{SchedulerPort}");
    }

    private static IResourceBuilder<ExecutableResource> Add(
        IDistributedApplicationBuilder builder, string name, string program, int port) => builder
        .AddExecutable(
            name, program, ".", "--port", $"{port}", "--listen-address", "127.0.0.1", "--healthz-listen-address", "127.0.0.1",
            "--metrics-listen-address", "127.0.0.1", "--log-level", "warn")
        .WithLoopbackPort("health", "--healthz-port").WithLoopbackPort("metrics", "--metrics-port")
        .WithHttpHealthCheck("/healthz", 200, "health");

    private static bool IsRunning(int port)
    {
        using var probe = new TcpClient();
        try
        {
            probe.Connect("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
