using System.Collections.Immutable;

namespace McpMesh.Configuration;

/// <summary>A test of one argument value; all parts that are given must hold.</summary>
public sealed record ArgumentTestConfiguration
{
    /// <summary>Equals this scalar (YAML key <c>equals</c>).</summary>
    [YamlKey("equals")]
    public string? EqualTo { get; init; }

    /// <summary>Is one of these.</summary>
    public ImmutableArray<string> In { get; init; } = [];

    /// <summary>A string that starts with this.</summary>
    public string? StartsWith { get; init; }

    /// <summary>A number greater than this.</summary>
    public decimal? GreaterThan { get; init; }

    /// <summary>A number less than this.</summary>
    public decimal? LessThan { get; init; }

    /// <summary>Is there (true) or absent (false).</summary>
    public bool? Exists { get; init; }
}
