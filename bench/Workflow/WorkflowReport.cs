namespace McpMesh.Bench.Workflow;

/// <summary>What one kind of workflow did at one number of instances at a time.</summary>
/// <param name="Workflow">Its name.</param>
/// <param name="Instances">Instances under way at any time.</param>
/// <param name="WorkflowsPerSecond">Ended workflows per second.</param>
/// <param name="TurnsPerSecond">Turns per second: each is one transaction of the engine.</param>
/// <param name="P50">Median time from start to end in milliseconds.</param>
/// <param name="P99">99th percentile of it.</param>
internal sealed record WorkflowReport(
    string Workflow, int Instances, double WorkflowsPerSecond, double TurnsPerSecond, double P50, double P99);
