using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace McpMesh.Bench.Sidecar;

/// <summary>A process under measurement: how long it took to answer, and what memory it holds.</summary>
internal sealed class MeasuredProcess : IAsyncDisposable
{
    private readonly Process _process;

    private MeasuredProcess(Process process, IPEndPoint address) => (_process, Address) = (process, address);

    public IPEndPoint Address { get; }

    /// <summary>From the start of the process until its health endpoint said yes.</summary>
    public TimeSpan StartTime { get; private set; }

    /// <summary>Resident set in MiB, now.</summary>
    public double ResidentMiB
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1048576.0;
        }
    }

    /// <summary>Starts <c>dotnet {assembly} …</c> on a free port.</summary>
    public static async Task<MeasuredProcess> StartAsync(
        string assembly, Func<int, string[]> arguments, string healthPath, string folder, CancellationToken cancellationToken)
    {
        var address = FreeAddress();
        var start = new ProcessStartInfo("dotnet", [assembly, .. arguments(address.Port)]) { RedirectStandardOutput = true };
        start.Environment["MESH_NAMES_CONNECTION"] = $"data source={Path.Combine(folder, "names.db")}";
        var watch = Stopwatch.StartNew();
        var process = Process.Start(start)!;
        process.BeginOutputReadLine(); // nobody reads it, and a full pipe would stop the process
        var measured = new MeasuredProcess(process, address);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{address}") };
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!process.HasExited)
        {
            if (await IsHealthyAsync(http, healthPath, cancellationToken))
            {
                measured.StartTime = watch.Elapsed;
                return measured;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }

        throw new InvalidOperationException($"{Path.GetFileName(assembly)} ended with {process.ExitCode}.");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<bool> IsHealthyAsync(HttpClient http, string path, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>An address that is free now.</summary>
    public static IPEndPoint FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return (IPEndPoint)listener.LocalEndpoint;
    }
}
