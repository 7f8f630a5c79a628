namespace McpMesh.Audit;

/// <summary>
/// How many refusals of callers that nobody vouches for are recorded per second, so that a flood of them cannot fill the log.
/// </summary>
public sealed class RefusalBudget(TimeProvider time)
{
    /// <summary>Records per second.</summary>
    public const int PerSecond = 50;

    private readonly Lock _gate = new();
    private long _second;
    private int _taken;
    private long _suppressed;

    /// <summary>Takes one record out of the budget.</summary>
    /// <param name="suppressed">How many were not recorded since the last one that was.</param>
    public bool TryTake(out long suppressed)
    {
        var second = time.GetUtcNow().ToUnixTimeSeconds();
        lock (_gate)
        {
            if (second != _second) (_second, _taken) = (second, 0);
            suppressed = 0;
            if (_taken == PerSecond)
            {
                _suppressed++;
                return false;
            }

            _taken++;
            (suppressed, _suppressed) = (_suppressed, 0);
            return true;
        }
    }

    /// <summary>A reason as it is recorded: it tells also how many refusals before it were only counted.</summary>
    public static string Reason(string reason, long suppressed) =>
        suppressed == 0 ? reason : $"{reason} ({suppressed} more refusals were not recorded one by one.)";
}
