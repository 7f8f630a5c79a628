using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace StandIns.Tests.Dapr;

/// <summary>A built service of this repository as a process of its own.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(1);
    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    private ServiceProcess(Process process) => _process = process;

    internal static string RepositoryRoot { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", ".."));

    /// <summary>
    /// Starts <c>artifacts/bin/{project}/{configuration}/{assembly}.dll</c> of the configuration that the tests were built in.
    /// </summary>
    internal static ServiceProcess Start(
        string project, string assembly, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var path = Path.Combine(RepositoryRoot, "artifacts", "bin", project, configuration, assembly + ".dll");
        var start = new ProcessStartInfo("dotnet", [path, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var service = new ServiceProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        service._process.OutputDataReceived += service.OnLine;
        service._process.ErrorDataReceived += service.OnLine;
        service._process.Exited += (_, _) => service._lines.Writer.TryComplete();
        service._process.Start();
        service._process.BeginOutputReadLine();
        service._process.BeginErrorReadLine();
        return service;
    }

    /// <summary>First group of the next line of output that matches.</summary>
    internal async Task<string> LineAsync(Regex pattern)
    {
        using var patience = new CancellationTokenSource(StartPatience);
        List<string> seen = [];
        await foreach (var line in _lines.Reader.ReadAllAsync(patience.Token))
        {
            seen.Add(line);
            if (pattern.Match(line) is { Success: true } match) return match.Groups[1].Value;
        }
        throw new InvalidOperationException($"The process ended without a line like {pattern}:\n{string.Join('\n', seen)}");
    }

    /// <summary>SIGKILL: no shutdown code runs.</summary>
    internal async Task KillAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private void OnLine(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null) _lines.Writer.TryWrite(line.Data);
    }
}
