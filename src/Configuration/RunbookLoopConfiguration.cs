namespace McpMesh.Configuration;

/// <summary>Section <c>forEach</c> of a step.</summary>
public sealed record RunbookLoopConfiguration
{
    /// <summary>Most calls of a step at once.</summary>
    public const int MostParallel = 16;

    /// <summary>Most items of a list.</summary>
    public const int MostItems = 1000;

    /// <summary>JSON Pointer to the list.</summary>
    public required string From { get; init; }

    /// <summary>How many calls are under way at once; 1 keeps the order.</summary>
    public int Parallel { get; init; } = 4;

    /// <summary>Most items; a longer list fails the step before its first call.</summary>
    public int Limit { get; init; } = 100;
}
