using System.Collections.Immutable;

namespace McpMesh.Configuration;

/// <summary>Section <c>when</c> of a rule; all parts that are given must hold.</summary>
public sealed record ConditionConfiguration
{
    /// <summary>JSON Pointer into the arguments to the test that the value must pass.</summary>
    public ImmutableSortedDictionary<string, ArgumentTestConfiguration> Arguments { get; init; } =
        ImmutableSortedDictionary<string, ArgumentTestConfiguration>.Empty;

    /// <summary>Client ids, any of which matches.</summary>
    public ImmutableArray<string> Clients { get; init; } = [];

    /// <summary>Authentication context classes, any of which matches.</summary>
    public ImmutableArray<string> Acr { get; init; } = [];

    /// <summary>Roles, any of which matches.</summary>
    public ImmutableArray<string> Roles { get; init; } = [];

    /// <summary>Daily window in UTC, <c>HH:mm-HH:mm</c>.</summary>
    public string? Between { get; init; }
}
