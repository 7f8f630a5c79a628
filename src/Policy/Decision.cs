using System.Collections.Immutable;

namespace McpMesh.Policy;

/// <summary>
/// The answer to a <see cref="PolicyRequest"/>. Precomputed wherever no condition takes part, so deciding allocates nothing.
/// </summary>
public sealed record Decision
{
    /// <summary>How it was decided.</summary>
    public required PolicyDecisionKind Kind { get; init; }

    /// <summary>
    /// Rule that decided, e.g. <c>role:sre</c>, <c>default-deny</c>, <c>unknown-method</c>, <c>actor:sample-agent</c>, <c>token-scope</c>
    /// or a rule id.
    /// </summary>
    public required string Rule { get; init; }

    /// <summary>One sentence for the caller and the record.</summary>
    public required string Reason { get; init; }

    /// <summary>Digest of the policy version that decided (<c>sha256:…</c>).</summary>
    public required string PolicyDigest { get; init; }

    /// <summary>False when a matching rule made the record of this call asynchronous.</summary>
    public bool StrictAudit { get; init; } = true;

    /// <summary>Roles, any of which may approve the call; empty unless it needs an approval.</summary>
    public ImmutableArray<string> Approvers { get; init; } = [];

    /// <summary>How long the call waits for its approval; zero unless it needs one.</summary>
    public TimeSpan ApprovalExpires { get; init; }

    /// <summary>True for <see cref="PolicyDecisionKind.Permit"/>.</summary>
    public bool IsPermitted => Kind == PolicyDecisionKind.Permit;
}
