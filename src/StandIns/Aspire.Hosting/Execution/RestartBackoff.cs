namespace Aspire.Hosting.Execution;

/// <summary>How long to wait before a process that ended comes back, and when to give up.</summary>
internal sealed class RestartBackoff(TimeProvider time)
{
    private const int MaxQuickExits = 8;
    private static readonly TimeSpan Initial = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(10);

    private long _started;
    private int _quickExits;

    public void Started() => _started = time.GetTimestamp();

    /// <summary>The pause before the next start; null when the process keeps ending right after its start.</summary>
    public TimeSpan? Next()
    {
        _quickExits = time.GetElapsedTime(_started) < Settled ? _quickExits + 1 : 1;
        if (_quickExits > MaxQuickExits) return null;
        var pause = Initial * Math.Pow(2, _quickExits - 1);
        return pause < Longest ? pause : Longest;
    }
}
