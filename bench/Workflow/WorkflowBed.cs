using System.Globalization;
using System.Net;
using Dapr.Workflow;
using McpMesh.Bench.Sidecar;

namespace McpMesh.Bench.Workflow;

/// <summary>An embedded sidecar that keeps its workflows in a SQLite file, synced at every commit, and a worker beside it.</summary>
internal sealed class WorkflowBed : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mesh-bench-").FullName;
    private MeasuredProcess? _sidecar;
    private IHost? _worker;
    private long _turns;

    /// <summary>Starts and awaits workflows.</summary>
    public DaprWorkflowClient Client => _worker!.Services.GetRequiredService<DaprWorkflowClient>();

    /// <summary>Times that the code of a workflow ran: once a turn.</summary>
    public long Turns => Interlocked.Read(ref _turns);

    public double SidecarResidentMiB => _sidecar!.ResidentMiB;

    public static async Task<WorkflowBed> StartAsync(CancellationToken cancellationToken)
    {
        var bed = new WorkflowBed();
        try
        {
            await bed.RunAsync(cancellationToken);
            return bed;
        }
        catch
        {
            await bed.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_worker is not null)
        {
            await _worker.StopAsync();
            _worker.Dispose();
        }

        if (_sidecar is not null) await _sidecar.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var resources = Directory.CreateDirectory(Path.Combine(_folder, "components")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(resources, "statestore.yaml"),
            $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: { name: statestore }
            spec:
              type: state.sqlite
              version: v1
              metadata:
                - { name: connectionString, value: "data source={{Path.Combine(_folder, "state.db")}}" }
                - { name: actorStateStore, value: "true" }
            """,
            cancellationToken);
        var grpc = MeasuredProcess.FreeAddress();
        _sidecar = await SidecarProgram.StartAsync(
            _folder,
            [
                "--app-id", "bench", "--resources-path", resources,
                "--dapr-grpc-port", grpc.Port.ToString(CultureInfo.InvariantCulture),
            ],
            cancellationToken);
        _worker = Worker(grpc);
        await _worker.StartAsync(cancellationToken);
    }

    private IHost Worker(IPEndPoint grpc)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration["DAPR_GRPC_ENDPOINT"] = $"http://{grpc}";
        builder.Services.AddDaprWorkflow(options =>
        {
            options.RegisterWorkflow<int, int>("sequence", async (context, input) =>
            {
                Interlocked.Increment(ref _turns);
                for (var step = 0; step < 3; step++) input = await context.CallActivityAsync<int>("next", input);
                return input;
            });
            options.RegisterWorkflow<int, int>("fan-out", async (context, input) =>
            {
                Interlocked.Increment(ref _turns);
                var branches = Enumerable.Range(0, 5).Select(branch => context.CallActivityAsync<int>("next", input + branch)).ToArray();
                return (await Task.WhenAll(branches)).Sum();
            });
            options.RegisterActivity<int, int>("next", (_, input) => Task.FromResult(input + 1));
        });
        return builder.Build();
    }
}
