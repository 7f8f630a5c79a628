namespace McpMesh.Sidecar.Resiliency;

/// <summary>What a circuit has seen since it last changed its state or forgot.</summary>
internal readonly record struct BreakerCounts(
    long Requests, long TotalSuccesses, long TotalFailures, long ConsecutiveSuccesses, long ConsecutiveFailures)
{
    public BreakerCounts WithRequest() => this with { Requests = Requests + 1 };

    public BreakerCounts WithoutRequest() => this with { Requests = Requests - 1 };

    public BreakerCounts WithSuccess() => this with
    {
        TotalSuccesses = TotalSuccesses + 1,
        ConsecutiveSuccesses = ConsecutiveSuccesses + 1,
        ConsecutiveFailures = 0,
    };

    public BreakerCounts WithFailure() => this with
    {
        TotalFailures = TotalFailures + 1,
        ConsecutiveFailures = ConsecutiveFailures + 1,
        ConsecutiveSuccesses = 0,
    };
}
