using System.Text.RegularExpressions;
using Dapr.Workflow;
using Dapr.Workflow.Registration;
using Microsoft.Extensions.Configuration;

namespace WorkflowTests.Processes;

/// <summary>One application with its sidecar: both are processes, and what they keep lies in a folder that goes with the tests.</summary>
public sealed partial class WorkflowMesh : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("workflow-").FullName;
    private StartedProcess? _sidecar;
    private StartedProcess? _worker;
    private int _port;

    /// <summary>A client of the sidecar, as the application would have it.</summary>
    public DaprWorkflowClient Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await StartWithoutWorkerAsync();
        await StartWorkerAsync();
    }

    /// <summary>The sidecar and its client; the worker is the caller's.</summary>
    public async Task StartWithoutWorkerAsync()
    {
        await File.WriteAllTextAsync(FileIn("statestore.yaml"), $"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata:
              name: statestore
            spec:
              type: state.sqlite
              version: v1
              metadata:
                - name: connectionString
                  value: "data source={FileIn("state.db")}"
                - name: actorStateStore
                  value: "true"
            """);
        await StartSidecarAsync();
        Client = new DaprWorkflowClientBuilder(Configuration).Build();
    }

    public string FileIn(string name) => Path.Combine(_folder, name);

    /// <summary>Starts the sidecar, again on the port it had.</summary>
    public async Task StartSidecarAsync()
    {
        _sidecar = StartedProcess.Start(
            "Sidecar", "McpMesh.Sidecar.dll",
            ["--app-id", "app", "--dapr-http-port", "0", "--dapr-grpc-port", $"{_port}", "--resources-path", _folder],
            ("MESH_NAMES_CONNECTION", $"data source={FileIn("names.db")}"));
        _port = int.Parse((await _sidecar.PrintedAsync(ListeningGrpcPort)).Groups[1].Value, null);
        await _sidecar.PrintedAsync(Initialized);
    }

    /// <summary>Starts a release of the application and waits until it has found its sidecar.</summary>
    public async Task StartWorkerAsync(string release = "1")
    {
        _worker = StartedProcess.Start(
            "WorkflowApp", "WorkflowApp.dll", ["--release", release], ("DAPR_GRPC_ENDPOINT", $"http://127.0.0.1:{_port}"));
        await _worker.PrintedAsync(WaitingForWork);
    }

    public Task KillSidecarAsync() => _sidecar!.KillAsync();

    public Task KillWorkerAsync() => _worker!.KillAsync();

    /// <summary>SIGTERM.</summary>
    public Task StopWorkerAsync() => _worker!.StopAsync();

    /// <summary>The next line of the worker's output that matches.</summary>
    public Task WorkerPrintedAsync(string text) => _worker!.PrintedAsync(new Regex(Regex.Escape(text)));

    /// <summary>Starts an instance and waits for its end.</summary>
    public async Task<WorkflowState> RunAsync(string workflow, object? input = null, string? instanceId = null)
    {
        var id = await Client.ScheduleNewWorkflowAsync(workflow, instanceId, input);
        return await EndAsync(id);
    }

    public async Task<WorkflowState> EndAsync(string instanceId)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            return await Client.WaitForWorkflowCompletionAsync(instanceId, cancellation: limit.Token);
        }
        catch (OperationCanceledException)
        {
            var state = await Client.GetWorkflowStateAsync(instanceId, cancellation: CancellationToken.None);
            throw new TimeoutException($"{instanceId} is {state.RuntimeStatus}.\n{_sidecar!.Output}\n{_worker?.Output}");
        }
    }

    /// <summary>The keys under which an activity at that gate has run so far, once it has run so often.</summary>
    public static async Task<string[]> KeysAsync(string gate, int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            var keys = File.Exists($"{gate}.keys") ? await File.ReadAllLinesAsync($"{gate}.keys", limit.Token) : [];
            if (keys.Length >= count) return keys;
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    public static Task OpenAsync(string gate) => File.WriteAllTextAsync($"{gate}.open", "");

    public async Task DisposeAsync()
    {
        Client?.Dispose();
        if (_worker is not null) await _worker.DisposeAsync();
        if (_sidecar is not null) await _sidecar.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Where an application finds the sidecar.</summary>
    public IConfiguration Configuration => new ConfigurationBuilder()
        .AddInMemoryCollection([new("DAPR_GRPC_ENDPOINT", $"http://127.0.0.1:{_port}")])
        .Build();

    [GeneratedRegex(@"gRPC server is running on [^ ]+:(\d+)")]
    private static partial Regex ListeningGrpcPort { get; }

    [GeneratedRegex(@"dapr initialized\. Status: Running\.")]
    private static partial Regex Initialized { get; }

    [GeneratedRegex("Waiting for work of the sidecar")]
    private static partial Regex WaitingForWork { get; }
}
