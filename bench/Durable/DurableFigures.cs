namespace McpMesh.Bench.Durable;

/// <summary>All that the benchmark found.</summary>
/// <param name="RunbookStepsPerSecond">Of runbooks that run at the same time.</param>
/// <param name="RunbookP50">Median of a whole run, in milliseconds.</param>
internal sealed record DurableFigures(IReadOnlyList<DurableReport> Calls, double RunbookStepsPerSecond, double RunbookP50);
