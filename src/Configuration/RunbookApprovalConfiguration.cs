using System.Collections.Immutable;

namespace McpMesh.Configuration;

/// <summary>Section <c>approve</c> of a step.</summary>
public sealed record RunbookApprovalConfiguration
{
    /// <summary>What the approver is told.</summary>
    public required string Reason { get; init; }

    /// <summary>Roles, any of which may approve; never whoever began the run.</summary>
    public required ImmutableArray<string> Approvers { get; init; }

    /// <summary>How long the step waits for an answer.</summary>
    public TimeSpan Expires { get; init; } = TimeSpan.FromDays(1);
}
