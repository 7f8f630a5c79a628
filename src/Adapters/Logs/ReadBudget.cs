using System.Diagnostics;

namespace McpMesh.Adapters.Logs;

/// <summary>How long reading a page may take.</summary>
internal sealed class ReadBudget(TimeSpan time)
{
    private readonly long _started = Stopwatch.GetTimestamp();

    /// <summary>Whether the time is over.</summary>
    public bool IsSpent => Stopwatch.GetElapsedTime(_started) > time;
}
