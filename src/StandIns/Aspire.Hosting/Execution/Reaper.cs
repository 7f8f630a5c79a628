using System.Diagnostics;
using System.Globalization;

namespace Aspire.Hosting.Execution;

/// <summary>
/// Ends all processes of the application when the host dies without a chance to do so (<c>kill -9</c>): a shell of its own session
/// holds the read end of a pipe to the host, and learns every process that starts and ends. When the pipe closes, it ends what is left.
/// </summary>
internal sealed class Reaper : IDisposable
{
    // $1 of a stored entry is the process id, and what follows the colon its start time: a process id used again is not ours.
    private const string Script = """
        trap '' INT TERM HUP QUIT
        children=
        while read -r sign entry; do
          case $sign in
            +) children="$children $entry" ;;
            -) left=
               for child in $children; do [ "${child%%:*}" = "$entry" ] || left="$left $child"; done
               children=$left ;;
          esac
        done
        ours() {
          pid=${1%%:*}
          kill -0 "$pid" 2>/dev/null || return 1
          [ -r "/proc/$pid/stat" ] || return 0
          read -r stat < "/proc/$pid/stat" || return 1
          set -- "${1#*:}" ${stat##*) }
          [ "$2" != Z ] && [ "$1" = "${21}" ]
        }
        for child in $children; do ours "$child" && kill -TERM "${child%%:*}" 2>/dev/null; done
        for round in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
          left=
          for child in $children; do ours "$child" && left="$left $child"; done
          [ -z "$left" ] && break
          sleep 0.1
        done
        for child in $children; do kill -KILL -"${child%%:*}" 2>/dev/null; done
        """;

    private readonly Lock _lock = new();
    private readonly Process? _shell;

    public Reaper()
    {
        // Windows has no such shell; there a killed host leaves its processes to the user.
        if (OperatingSystem.IsWindows()) return;

        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", Script },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        ProcessGroup.Lead(start);
        _shell = Process.Start(start);
    }

    public void Add(Process process) =>
        Tell(string.Create(CultureInfo.InvariantCulture, $"+ {process.Id}:{StartTime(process.Id)}"));

    public void Remove(int processId) => Tell(string.Create(CultureInfo.InvariantCulture, $"- {processId}"));

    public void Dispose()
    {
        if (_shell is null) return;
        lock (_lock) _shell.StandardInput.Close();
        _shell.Dispose();
    }

    private void Tell(string line)
    {
        if (_shell is null) return;
        lock (_lock)
        {
            try
            {
                _shell.StandardInput.Write(line + "\n");
                _shell.StandardInput.Flush();
            }
            catch (Exception failure) when (failure is IOException or ObjectDisposedException)
            {
                // The shell is gone, or the host is past its end: the host still ends its processes itself.
            }
        }
    }

    // Field 22 of /proc/{pid}/stat, counted after the command name, which may hold blanks and parentheses.
    private static string StartTime(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId.ToString(CultureInfo.InvariantCulture)}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        }
        catch (IOException)
        {
            return "0";
        }
    }
}
