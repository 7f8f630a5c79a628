using System.Collections.Immutable;

namespace McpMesh.Policy;

/// <summary>All parts that are given must hold.</summary>
public sealed record PolicyCondition
{
    /// <summary>JSON Pointer (RFC 6901) into the tool's arguments to the test that the value there must pass.</summary>
    public ImmutableSortedDictionary<string, ArgumentTest> Arguments { get; init; } = ImmutableSortedDictionary<string, ArgumentTest>.Empty;

    /// <summary>Client ids of agents; any of them in the actor chain matches.</summary>
    public ImmutableArray<string> Clients { get; init; } = ImmutableArray<string>.Empty;

    /// <summary>Authentication context classes (<c>acr</c>), any of which matches.</summary>
    public ImmutableArray<string> Acr { get; init; } = ImmutableArray<string>.Empty;

    /// <summary>Roles, any of which matches.</summary>
    public ImmutableArray<string> Roles { get; init; } = ImmutableArray<string>.Empty;

    /// <summary>Daily time window in UTC, <c>HH:mm-HH:mm</c>; may wrap midnight.</summary>
    public string? Between { get; init; }
}
