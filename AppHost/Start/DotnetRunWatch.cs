using System.Diagnostics;
using Microsoft.Extensions.Hosting;

namespace McpMesh.AppHost.Start;

/// <summary>
/// Stops the mesh when the <c>dotnet run</c> that started it dies. It passes SIGINT and SIGTERM on, but killed outright it would leave the host,
/// and with it the whole mesh, running without a terminal. A host that something else started lives on without its parent, as daemons do.
/// </summary>
internal sealed class DotnetRunWatch(IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var parent = DotnetRun();
        if (parent is null) return;
        await parent.WaitForExitAsync(stoppingToken);
        lifetime.StopApplication();
    }

    private static Process? DotnetRun()
    {
        // Linux says who the parent is; elsewhere nothing is watched.
        if (!File.Exists("/proc/self/status")) return null;
        const string Field = "PPid:";
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith(Field, StringComparison.Ordinal));
        var id = int.Parse(line.AsSpan(Field.Length), System.Globalization.CultureInfo.InvariantCulture);
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Split('\0').Contains("run") ? Process.GetProcessById(id) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
