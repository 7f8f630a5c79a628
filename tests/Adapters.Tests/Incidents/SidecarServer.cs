using System.Diagnostics;
using System.Text.RegularExpressions;
using Dapr.Client;
using Microsoft.Data.Sqlite;

namespace McpMesh.Adapters.Tests.Incidents;

/// <summary>A real sidecar process with state in SQLite, for all tests of a class.</summary>
public sealed partial class SidecarServer : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mesh-sidecar-").FullName;
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Process? _process;

    /// <summary>A client of it.</summary>
    public DaprClient Dapr { get; private set; } = null!;

    /// <summary>Its HTTP API.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Keys and values of the state database whose key holds <paramref name="fragment"/>, read beside the sidecar.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ReadStateAsync(string fragment)
    {
        McpMesh.Sqlite.SystemSqlite.Use();
        await using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(_folder, "state.db")};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT key, CAST(value AS TEXT) FROM state WHERE instr(key, $fragment) > 0";
        command.Parameters.AddWithValue("$fragment", fragment);
        var found = new Dictionary<string, string>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) found.Add(reader.GetString(0), reader.GetString(1));
        return found;
    }

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "statestore.yaml"), $"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata:
              name: statestore
            spec:
              type: state.sqlite
              version: v1
              metadata:
                - name: connectionString
                  value: "data source={Path.Combine(_folder, "state.db")}"
            """);
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "McpMesh.Sidecar.dll"),
                "--app-id", "adapter-under-test", "--dapr-http-port", "0", "--dapr-grpc-port", "0", "--resources-path", _folder,
            },
        };
        foreach (var name in new[] { "DAPR_API_TOKEN", "APP_API_TOKEN", "APP_ID", "NAMESPACE", "MESH_DATA" })
            start.Environment.Remove(name);
        start.Environment["MESH_NAMES_CONNECTION"] = $"data source={Path.Combine(_folder, "names.db")}";
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.EnableRaisingEvents = true;
        _process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException("The sidecar ended before it was ready."));
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Task.WhenAll(_port.Task, _ready.Task).WaitAsync(TimeSpan.FromSeconds(60));
        Address = new Uri($"http://127.0.0.1:{await _port.Task}");
        Dapr = new DaprClientBuilder().UseHttpEndpoint(Address.OriginalString).Build();
    }

    public async Task DisposeAsync()
    {
        Dapr?.Dispose();
        if (_process is { HasExited: false })
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Read(string? line)
    {
        if (line is null) return;
        if (PortPattern().Match(line) is { Success: true } match)
            _port.TrySetResult(int.Parse(match.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture));
        if (line.Contains("dapr initialized. Status: Running.", StringComparison.Ordinal)) _ready.TrySetResult();
    }

    [GeneratedRegex(@"HTTP server is running on [^ ]+:(\d+),")]
    private static partial Regex PortPattern();
}
