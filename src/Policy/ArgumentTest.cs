using System.Collections.Immutable;

namespace McpMesh.Policy;

/// <summary>
/// A test of one argument value; all parts that are given must hold. A missing value fails every test but <see cref="Exists"/> = false.
/// </summary>
public sealed record ArgumentTest
{
    /// <summary>The value, as JSON text of a scalar or as plain text, equals this.</summary>
    public string? EqualTo { get; init; }

    /// <summary>The value is one of these.</summary>
    public ImmutableArray<string> In { get; init; } = ImmutableArray<string>.Empty;

    /// <summary>The value, a string, starts with this.</summary>
    public string? StartsWith { get; init; }

    /// <summary>The value, a number, is greater than this.</summary>
    public decimal? GreaterThan { get; init; }

    /// <summary>The value, a number, is less than this.</summary>
    public decimal? LessThan { get; init; }

    /// <summary>The value is there (true) or absent (false).</summary>
    public bool? Exists { get; init; }
}
