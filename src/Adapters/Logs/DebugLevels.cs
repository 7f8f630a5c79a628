using System.Collections.Immutable;

namespace McpMesh.Adapters.Logs;

/// <summary>All raised levels: one document in state, and the content of <c>levels.json</c>.</summary>
internal sealed record DebugLevels
{
    /// <summary>Service to its level.</summary>
    public ImmutableSortedDictionary<string, DebugLevel> Services { get; init; } = ImmutableSortedDictionary<string, DebugLevel>.Empty;

    /// <summary>Those still in force at a time.</summary>
    public DebugLevels At(DateTimeOffset now) =>
        this with { Services = Services.RemoveRange(Services.Where(level => level.Value.Until <= now).Select(level => level.Key)) };
}
