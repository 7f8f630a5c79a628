using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace McpMesh.Interop.Dapr;

/// <summary>The embedded sidecar as a process of its own, on free ports.</summary>
internal sealed partial class DaprSidecar : IAsyncDisposable
{
    private static readonly TimeSpan s_hang = TimeSpan.FromMinutes(2);
    private static readonly string s_program = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "Sidecar", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)),
        "McpMesh.Sidecar.dll"));

    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly TaskCompletionSource _running = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private DaprSidecar(Process process) => _process = process;

    public string HttpPort => PortOf(HttpListening);

    public string GrpcPort => PortOf(GrpcListening);

    /// <summary>All that it printed.</summary>
    public string Log
    {
        get
        {
            lock (_log) return _log.ToString();
        }
    }

    /// <summary>Starts it and waits until it says that it runs.</summary>
    public static async Task<DaprSidecar> StartAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("dotnet", [s_program, "--dapr-http-port", "0", "--dapr-grpc-port", "0", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in new[] { "APP_ID", "NAMESPACE", "MESH_DATA" }) start.Environment.Remove(name);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var sidecar = new DaprSidecar(new Process { StartInfo = start, EnableRaisingEvents = true });
        try
        {
            sidecar.Run();
            await sidecar._running.Task.WaitAsync(s_hang);
            return sidecar;
        }
        catch
        {
            await sidecar.DisposeAsync();
            throw;
        }
    }

    /// <summary>Its exit code, once it has ended by itself.</summary>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(s_hang);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Run()
    {
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Exited += (_, _) => _running.TrySetException(new InvalidOperationException($"The sidecar ended:\n{Log}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Read(string? line)
    {
        if (line is null) return;
        lock (_log) _log.AppendLine(line);
        if (line.Contains("dapr initialized. Status: Running.", StringComparison.Ordinal)) _running.TrySetResult();
    }

    private string PortOf(Regex listening) => listening.Match(Log) is { Success: true } match
        ? match.Groups[1].Value
        : throw new InvalidOperationException($"The sidecar runs without {listening}:\n{Log}");

    [GeneratedRegex(@"HTTP server is running on [^ ]+:(\d+),")]
    private static partial Regex HttpListening { get; }

    [GeneratedRegex(@"gRPC server is running on [^ ]+:(\d+)")]
    private static partial Regex GrpcListening { get; }
}
