using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Aspire.Hosting.Execution;

/// <summary>
/// Starts processes in groups of their own, so that Ctrl-C on the terminal reaches them only through the host, and signals whole groups.
/// </summary>
internal static partial class ProcessGroup
{
    public const int Terminate = 15;
    public const int Kill = 9;

    private static readonly string? SetSid = new[] { "/usr/bin/setsid", "/bin/setsid" }.FirstOrDefault(File.Exists);

    /// <summary>Makes the process a group leader. <c>setsid</c> replaces itself by the program, so the process id stays the one we know.</summary>
    public static void Lead(ProcessStartInfo start)
    {
        if (OperatingSystem.IsWindows())
        {
            start.CreateNewProcessGroup = true;
            return;
        }

        string[] leader = SetSid is not null ? [SetSid] : ["/usr/bin/perl", "-e", "setpgrp(0, 0); exec @ARGV", "--"];
        start.ArgumentList.Insert(0, start.FileName);
        for (var index = leader.Length - 1; index > 0; index--) start.ArgumentList.Insert(0, leader[index]);
        start.FileName = leader[0];
    }

    /// <summary>Asks one process to end.</summary>
    public static void RequestExit(Process process)
    {
        if (OperatingSystem.IsWindows()) KillAll(process);
        else _ = SendSignal(process.Id, Terminate);
    }

    /// <summary>Ends a process and all that it started.</summary>
    public static void KillAll(Process process)
    {
        if (OperatingSystem.IsWindows()) process.Kill(entireProcessTree: true);
        else _ = SendSignal(-process.Id, Kill);
    }

    // The result is ignored by callers: the only failure possible is that the process has ended.
    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}
