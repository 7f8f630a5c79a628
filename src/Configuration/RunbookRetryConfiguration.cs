namespace McpMesh.Configuration;

/// <summary>Section <c>retry</c> of a step. Only a call that certainly failed, or whose tool is idempotent, is made again.</summary>
public sealed record RunbookRetryConfiguration
{
    /// <summary>Calls in all, the first among them.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>Wait before the second call.</summary>
    public TimeSpan First { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Factor by which each further wait is longer.</summary>
    public decimal Backoff { get; init; } = 2;
}
