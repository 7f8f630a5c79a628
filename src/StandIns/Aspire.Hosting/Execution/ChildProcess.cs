using System.ComponentModel;
using System.Diagnostics;

namespace Aspire.Hosting.Execution;

/// <summary>One running process: its lines go to the log, its end is an event, and it never outlives the host.</summary>
internal sealed class ChildProcess
{
    private static readonly TimeSpan OutputGrace = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly Reaper _reaper;

    private ChildProcess(Process process, Reaper reaper, string resourceId, IResourceLog log)
    {
        _process = process;
        _reaper = reaper;
        Id = process.Id;
        Exited = ObserveAsync(
            Task.WhenAll(
                PumpAsync(process.StandardOutput, resourceId, log, false), PumpAsync(process.StandardError, resourceId, log, true)));
    }

    public int Id { get; }

    /// <summary>Completes with the exit code once the process has ended and its lines are written.</summary>
    public Task<int> Exited { get; }

    /// <exception cref="Win32Exception">The program cannot be started.</exception>
    public static ChildProcess Start(ProcessStartInfo start, Reaper reaper, string resourceId, IResourceLog log)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        ProcessGroup.Lead(start);
        var process = Process.Start(start)!;
        reaper.Add(process);
        // No process of the mesh reads from the terminal.
        process.StandardInput.Close();
        return new ChildProcess(process, reaper, resourceId, log);
    }

    /// <summary>Asks the process to end, and ends it with all that it started when the grace period is over.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        if (Exited.IsCompleted) return;
        ProcessGroup.RequestExit(_process);
        try
        {
            await Exited.WaitAsync(grace);
        }
        catch (TimeoutException)
        {
            if (!Exited.IsCompleted) ProcessGroup.KillAll(_process);
            await Exited;
        }
    }

    private async Task<int> ObserveAsync(Task output)
    {
        await _process.WaitForExitAsync();
        // What the process started and left behind goes with it; such a process could also keep the pipes open.
        if (!OperatingSystem.IsWindows()) ProcessGroup.KillAll(_process);
        _reaper.Remove(Id);
        await output.WaitAsync(OutputGrace).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var exitCode = _process.ExitCode;
        _process.Dispose();
        return exitCode;
    }

    private static async Task PumpAsync(StreamReader output, string resourceId, IResourceLog log, bool isError)
    {
        while (await output.ReadLineAsync() is { } line) log.Write(resourceId, line, isError);
    }
}
