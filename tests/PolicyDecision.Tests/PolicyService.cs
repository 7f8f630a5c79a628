using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Threading.Channels;
using McpMesh.PolicyDecision.Administration;

namespace McpMesh.PolicyDecision.Tests;

/// <summary>
/// The service as its own process, with its own copy of the shipped configuration and a broker that records what it publishes.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "xunit disposes it through IAsyncLifetime.")]
public sealed class PolicyService : IAsyncLifetime
{
    private const string Token = "app-token-of-the-test";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mesh-policy-");
    private readonly RecordingSidecar _sidecar = new();
    private readonly StringBuilder _log = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _inForce = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private Process? _process;

    /// <summary>A client that comes as the sidecar does.</summary>
    public HttpClient Sidecar { get; } = new(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) });

    /// <summary>A client without the token.</summary>
    public HttpClient Stranger { get; } = new();

    public string MeshFile => Path.Combine(_folder.FullName, "mesh.yaml");

    internal RecordingSidecar Broker => _sidecar;

    public async Task InitializeAsync()
    {
        await _sidecar.StartAsync();
        File.Copy(Path.Combine(AppContext.BaseDirectory, "config", "mesh.yaml"), MeshFile);
        await RunAsync(Token);
        Sidecar.DefaultRequestHeaders.Add("dapr-api-token", Token);
    }

    public async Task DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        await _sidecar.DisposeAsync();
        Sidecar.Dispose();
        Stranger.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Replaces mesh.yaml as deployments do: a new file renamed over the old one.</summary>
    public void ReplaceMeshFile(Func<string, string> edit)
    {
        var next = MeshFile + ".next";
        File.WriteAllText(next, edit(File.ReadAllText(MeshFile)));
        File.Move(next, MeshFile, overwrite: true);
    }

    /// <summary>Waits for a line of the log that holds <paramref name="text"/>.</summary>
    public async Task LogContainsAsync(string text)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await foreach (var line in _lines.Reader.ReadAllAsync(patience.Token))
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return;
        }
    }

    private async Task RunAsync(string token)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(PolicyStore).Assembly.Location])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
                ["MESH_CONFIG"] = MeshFile,
                ["MESH_ENVIRONMENT"] = "",
                ["APP_API_TOKEN"] = token,
                ["DAPR_HTTP_ENDPOINT"] = _sidecar.Url.ToString(),
                ["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information",
                ["DAPR_API_TOKEN"] = "sidecar-token",
            },
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var url = await _listening.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await _inForce.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Sidecar.BaseAddress = url;
        Stranger.BaseAddress = url;
    }

    private void Read(string? line)
    {
        const string marker = "Now listening on: ";
        if (line is null)
        {
            _listening.TrySetException(new InvalidOperationException($"The service ended: {_log}"));
            return;
        }

        lock (_log)
            _log.AppendLine(line);

        _lines.Writer.TryWrite(line);

        if (line.Contains("is in force", StringComparison.Ordinal))
            _inForce.TrySetResult();

        var at = line.IndexOf(marker, StringComparison.Ordinal);
        if (at >= 0)
            _listening.TrySetResult(new Uri(line[(at + marker.Length)..].Trim()));
    }
}
