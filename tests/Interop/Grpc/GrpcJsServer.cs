using System.Diagnostics;
using System.Globalization;

namespace McpMesh.Interop.Grpc;

/// <summary>grpc-js-server.mjs in a process of its own.</summary>
public sealed class GrpcJsServer : IAsyncLifetime
{
    private Process? _process;

    public NodePackages Node { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Node = await NodePackages.InstallAsync();
        _process = Process.Start(new ProcessStartInfo("node", "Grpc/grpc-js-server.mjs")
        {
            WorkingDirectory = Node.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var line = await _process.StandardOutput.ReadLineAsync(limit.Token);
        if (line is null || !line.StartsWith("port ", StringComparison.Ordinal))
            throw new InvalidOperationException($"grpc-js-server.mjs said '{line}' instead of its port.");
        Address = new Uri($"http://127.0.0.1:{int.Parse(line.AsSpan(5), CultureInfo.InvariantCulture)}");
    }

    public async Task DisposeAsync()
    {
        if (_process is null) return;
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
