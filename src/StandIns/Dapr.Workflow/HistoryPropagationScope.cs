namespace Dapr.Workflow;

/// <summary>How much of the caller's history the called activity or workflow gets to see.</summary>
public enum HistoryPropagationScope
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>That of the calling instance.</summary>
    OwnHistory = 1,

    /// <summary>That of the calling instance and of all above it.</summary>
    Lineage = 2,
}
