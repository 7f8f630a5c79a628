using System.Diagnostics;
using System.Text.RegularExpressions;

namespace McpMesh.Gateway.Tests.Mesh;

/// <summary>The embedded sidecar as a process, with nothing but a state store.</summary>
internal sealed partial class StateSidecar : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;
    private readonly TaskCompletionSource<string> _endpoint = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private StateSidecar(Process process, string folder) => (_process, _folder) = (process, folder);

    public static async Task<(StateSidecar Sidecar, string Endpoint)> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("gateway-sessions-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "statestore.yaml"), """
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata:
              name: statestore
            spec:
              type: state.in-memory
              version: v1
            """);
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, WorkingDirectory = folder };
        foreach (var argument in new[]
        {
            Path.Combine(AppContext.BaseDirectory, "McpMesh.Sidecar.dll"), "--app-id", "gateway", "--dapr-http-port", "0",
            "--dapr-grpc-port", "0",
            "--resources-path", folder,
        })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["MESH_NAMES_CONNECTION"] = Path.Combine(folder, "names.db");
        start.Environment.Remove("DAPR_API_TOKEN");
        var sidecar = new StateSidecar(Process.Start(start)!, folder);
        sidecar._process.OutputDataReceived += (_, line) => sidecar.Read(line.Data);
        sidecar._process.BeginOutputReadLine();
        try
        {
            return (sidecar, await sidecar._endpoint.Task.WaitAsync(TimeSpan.FromMinutes(1)));
        }
        catch
        {
            await sidecar.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Read(string? line)
    {
        if (ListeningPort().Match(line ?? "") is { Success: true } match)
            _endpoint.TrySetResult($"http://127.0.0.1:{match.Groups[1].Value}");
    }

    [GeneratedRegex(@"HTTP server is running on [^ ]+:(\d+),")]
    private static partial Regex ListeningPort();
}
