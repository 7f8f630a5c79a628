using System.Diagnostics;

namespace McpMesh.Bench.Gateway;

/// <summary>
/// Processor time of every process of the test bed. On a crowded machine calls per second tell who else was there; this tells what a call
/// costs.
/// </summary>
/// <param name="processes">Resource name and process id; replicas have the same name. This process, the load, is added.</param>
internal sealed class ProcessorTimes(IEnumerable<(string Name, int Id)> processes) : IDisposable
{
    private readonly (string Name, Process Process)[] _processes =
    [
        .. processes.Select(process => (process.Name, Process.GetProcessById(process.Id))), ("load", Process.GetCurrentProcess()),
    ];

    /// <summary>Time used since its start, by resource.</summary>
    public Dictionary<string, TimeSpan> Read()
    {
        var times = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        foreach (var (name, process) in _processes)
        {
            process.Refresh();
            times[name] = times.GetValueOrDefault(name) + process.TotalProcessorTime;
        }

        return times;
    }

    /// <summary>Microseconds a call that each resource used between two readings.</summary>
    public static Dictionary<string, double> PerCall(
        Dictionary<string, TimeSpan> before, Dictionary<string, TimeSpan> after, int calls) =>
        after.ToDictionary(use => use.Key, use => (use.Value - before[use.Key]).TotalMicroseconds / calls, StringComparer.Ordinal);

    public void Dispose()
    {
        foreach (var (_, process) in _processes) process.Dispose();
    }
}
