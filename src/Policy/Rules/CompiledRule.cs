using System.Collections.Immutable;
using McpMesh.Policy.Arguments;

namespace McpMesh.Policy.Rules;

/// <summary>A rule ready to be evaluated. Its decisions are made in advance.</summary>
internal sealed class CompiledRule
{
    public required PolicyRule Rule { get; init; }

    /// <summary>Null when the rule matches every caller.</summary>
    public CallerCondition? Caller { get; init; }

    /// <summary>Tests of arguments: pointer and test, all of which must hold.</summary>
    public ImmutableArray<(JsonPointer Pointer, CompiledArgumentTest Test)> Arguments { get; init; } = [];

    /// <summary>The decision when the rule denies; null for one that does not.</summary>
    public Decision? Denial { get; init; }

    /// <summary>The decision when the rule asks for approval; null for one that does not.</summary>
    public Decision? Approval { get; init; }

    /// <summary>As <see cref="Approval"/>, with the record asynchronous.</summary>
    public Decision? RelaxedApproval { get; init; }

    public bool RelaxesAudit { get; init; }
}
