using System.Diagnostics;

namespace McpMesh.Sidecar.Metrics;

/// <summary>A stopwatch that costs one number.</summary>
internal readonly struct Elapsed
{
    private readonly long _since;

    private Elapsed(long since) => _since = since;

    public double Milliseconds => Stopwatch.GetElapsedTime(_since).TotalMilliseconds;

    public static Elapsed Begin() => new(Stopwatch.GetTimestamp());
}
