using System.Collections.Immutable;

namespace McpMesh.Gateway.Approvals;

/// <summary>What a call needs before it may be dispatched: part of a durable call.</summary>
internal sealed record ApprovalOrder
{
    /// <summary>Approval id.</summary>
    public required string Id { get; init; }

    /// <summary>Roles, any of which may approve.</summary>
    public required ImmutableArray<string> Approvers { get; init; }

    /// <summary>How long the call waits.</summary>
    public required TimeSpan ExpiresAfter { get; init; }

    /// <summary>Rule that asks for it.</summary>
    public required string Rule { get; init; }

    /// <summary>That rule's reason.</summary>
    public required string RuleReason { get; init; }

    /// <summary>JSON of the arguments, for the approver.</summary>
    public required string Arguments { get; init; }
}
